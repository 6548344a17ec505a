/* Around htmx: who asks, what is loading, what went wrong, and where the focus goes. */
(() => {
  "use strict";
  const byId = (id) => document.getElementById(id);
  const intoMain = (event) => event.detail.target?.id === "main";

  const toast = (node) => byId("toasts").append(node);

  const failed = (request) => {
    const sent = new DOMParser().parseFromString(request.responseText, "text/html").querySelector(".toast");
    if (sent) return toast(sent);
    const ours = byId("failed").content.cloneNode(true);
    ours.querySelector("[data-reference]").textContent = request.getResponseHeader("X-Request-Id") ?? "";
    toast(ours);
  };

  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector("meta[name=csrf-token]");
    if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token.content;
  });

  document.addEventListener("htmx:beforeRequest", (event) => event.detail.target.setAttribute("aria-busy", "true"));
  document.addEventListener("htmx:afterRequest", (event) => event.detail.target.removeAttribute("aria-busy"));

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!intoMain(event)) return;
    const { xhr } = event.detail;
    const theirs = xhr.responseText.match(/<body data-face="(\w+)"/)?.[1];
    if (theirs === document.body.dataset.face) {
      // an error page is a page too: a link that leads to one shows it
      event.detail.shouldSwap = true;
    } else {
      // another face (the session ended, say): its whole page, not its middle in our shell
      event.preventDefault();
      location.assign(xhr.responseURL || location.href);
    }
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    const summary = event.target.querySelector?.("[data-summary]");
    if (summary) summary.focus();
    else if (event.target.id === "main") byId("h").focus({ preventScroll: true });
  });

  document.addEventListener("htmx:responseError", (event) => {
    if (!intoMain(event)) failed(event.detail.xhr);
  });
  document.addEventListener("htmx:sendError", () => { byId("offline").hidden = false; });
  document.addEventListener("htmx:afterOnLoad", () => { byId("offline").hidden = true; });
  addEventListener("online", () => { byId("offline").hidden = true; });

  document.querySelector("[data-summary]")?.focus();
})();
