/* Messages: what is said about one act does not outlive the next, and the same is not said twice. */
(() => {
  "use strict";
  const toasts = document.getElementById("toasts");
  if (!toasts) return;
  const words = (toast) => toast.querySelector("p").firstChild.textContent.trim();

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.requestConfig.verb !== "get") toasts.replaceChildren();
  });

  // The newest stays, since what is added is what gets read out.
  new MutationObserver((changes) => {
    const added = changes.flatMap((change) => [...change.addedNodes]).filter((node) => node.matches?.(".toast"));
    for (const toast of added)
      for (const other of [...toasts.children])
        if (other !== toast && toast.isConnected && words(other) === words(toast)) other.remove();
  }).observe(toasts, { childList: true });

  document.addEventListener("click", (event) => {
    event.target.closest("[data-dismiss]")?.closest(".toast").remove();
  });

  document.addEventListener("animationend", (event) => {
    if (event.animationName === "toast") event.target.remove();
  });
})();
