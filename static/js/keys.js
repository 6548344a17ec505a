/* The staff desk by keyboard: / searches, g and a letter goes there, ? tells which. */
(() => {
  "use strict";
  let going = 0;

  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    const typing = target.closest("input, textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;

    if (going && event.timeStamp - going < 1500) {
      going = 0;
      document.querySelector(`[data-key="${CSS.escape(key)}"]`)?.click();
      return;
    }
    const search = key === "/" && document.querySelector("[data-search]");
    const keys = key === "?" && document.getElementById("keys");
    if (search) {
      event.preventDefault();
      search.select();
    } else if (keys) {
      keys.showModal();
    } else if (key === "g" && document.querySelector("[data-key]")) {
      going = event.timeStamp;
    }
  });
})();
