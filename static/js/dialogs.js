/* Dialogs: those in the page, those fetched into #dialogs, and the question before something is lost. */
(() => {
  "use strict";

  const show = (dialog) => {
    dialog.showModal();
    // not the button that destroys: a hasty Enter must do no harm
    for (const wanted of ["[autofocus]", ".input", "[data-close]"]) {
      const found = dialog.querySelector(wanted);
      if (found) return found.focus();
    }
  };

  const wrap = (nodes, title) => {
    const dialog = document.createElement("dialog");
    dialog.className = "dialog";
    const inner = document.createElement("div");
    inner.className = "in";
    inner.append(...nodes);
    dialog.append(inner);
    dialog.setAttribute("aria-label", title);
    return dialog;
  };

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    if (opener) return show(document.getElementById(opener.dataset.open));

    const ask = event.target.closest("[data-confirm] > summary");
    if (ask) {
      event.preventDefault();
      const details = ask.parentElement;
      const panel = details.querySelector(".confirm-panel");
      details.dialog ??= wrap([panel], panel.querySelector("b").textContent);
      // nothing inside closed <details> is drawn, so the dialog stands behind them
      details.after(details.dialog);
      return show(details.dialog);
    }

    const dialog = event.target.closest("dialog");
    if (dialog && (event.target === dialog || event.target.closest("[data-close]"))) dialog.close();
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    const box = document.getElementById("dialogs");
    // what was asked in a dialog has been done: the page behind it is a new one
    if (event.detail.target.id === "main") box.replaceChildren();
    if (event.detail.target !== box || !box.childElementCount) return;
    const dialog = box.querySelector("dialog") ?? wrap([...box.childNodes], event.detail.elt.textContent);
    if (!dialog.isConnected) box.append(dialog);
    dialog.addEventListener("close", () => box.replaceChildren());
    show(dialog);
  });
})();
