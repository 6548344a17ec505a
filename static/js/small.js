/* Copying, and menus that close when one looks elsewhere. */
(() => {
  "use strict";

  const copy = async (button) => {
    const field = document.getElementById(button.dataset.copy);
    const word = button.querySelector("span");
    const before = word.textContent;
    try {
      await navigator.clipboard.writeText(field.value ?? field.innerText);
    } catch {
      return field.select ? field.select() : getSelection().selectAllChildren(field);
    }
    word.textContent = button.dataset.done;
    button.setAttribute("data-copied", "");
    document.getElementById("live").textContent = button.dataset.done;
    setTimeout(() => {
      word.textContent = before;
      button.removeAttribute("data-copied");
    }, 2000);
  };

  const closeMenus = (except) => {
    for (const menu of document.querySelectorAll("[data-menu][open]")) if (menu !== except) menu.open = false;
  };

  document.addEventListener("click", (event) => {
    const copier = event.target.closest("[data-copy]");
    if (copier) copy(copier);
    closeMenus(event.target.closest("[data-menu]"));
  });

  document.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && document.querySelector("[data-menu][open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });
})();
