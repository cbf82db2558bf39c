// Passkeys: allauth's ceremony, started by our button, and our words when it fails.
// <button type="button" id="…" hidden data-passkey="authenticateForm" data-credential="id_credential">

const NAME_OF_BUTTON = { addForm: "add", authenticateForm: "authenticate", loginForm: "login" };
const UNFINISHED = "没有完成：可能取消了、超时了，或这台设备不支持。请再试一次，或改用别的办法。";

for (const button of document.querySelectorAll("[data-passkey]")) {
  if (!window.PublicKeyCredential) break;
  const { passkey, credential, passwordless } = button.dataset;
  const ids = { [NAME_OF_BUTTON[passkey]]: button.id, credential, passwordless };
  if (document.getElementById("js_data")) ids.data = "js_data";
  window.allauth.webauthn.forms[passkey]({ ids });
  button.hidden = false;
}

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const place = document.querySelector("[data-passkey-error]");
  place.textContent = UNFINISHED;
  place.hidden = false;
});
