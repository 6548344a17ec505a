/* Passkeys: asks the browser for one and sends its answer with the form. The server writes the options and checks all. */
(() => {
  "use strict";
  let pending; // one request at a time: a press on the button ends the one that waits in the address field

  const ask = async (form, mediation) => {
    pending?.abort();
    pending = new AbortController();
    const making = form.dataset.passkey === "create";
    const options = JSON.parse(form.dataset.options);
    const publicKey = making
      ? PublicKeyCredential.parseCreationOptionsFromJSON(options)
      : PublicKeyCredential.parseRequestOptionsFromJSON(options);
    const request = { publicKey, mediation, signal: pending.signal };
    const answer = await (making ? navigator.credentials.create(request) : navigator.credentials.get(request));
    form.elements.credential.value = JSON.stringify(answer);
    const box = document.querySelector("input[type=checkbox][name=remember]");
    if (box && form.elements.remember) form.elements.remember.value = box.checked ? "y" : "";
    form.submit();
  };

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-passkey]");
    if (!form) return;
    event.preventDefault();
    const trouble = form.querySelector("[data-trouble]");
    trouble.hidden = true;
    ask(form).catch(() => { trouble.hidden = false; });
  });

  const waiting = document.querySelector("form[data-waiting]");
  const offers = waiting && globalThis.PublicKeyCredential?.isConditionalMediationAvailable?.();
  // What nobody asked for fails in silence: the button is still there.
  offers?.then((can) => can && ask(waiting, "conditional")).catch(() => {});
})();
