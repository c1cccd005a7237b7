// Asks the device for a passkey, or for its signature, and sends the answer with the form it stands in.

const bytes = text => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), c => c.charCodeAt(0));
const text = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const descriptors = list => (list || []).map(one => ({ ...one, id: bytes(one.id) }));

async function create(options) {
  const made = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: descriptors(options.excludeCredentials),
    },
  });
  return answer(made, {
    clientDataJSON: text(made.response.clientDataJSON),
    attestationObject: text(made.response.attestationObject),
  });
}

async function get(options) {
  const found = await navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      allowCredentials: descriptors(options.allowCredentials),
    },
  });
  const response = {
    clientDataJSON: text(found.response.clientDataJSON),
    authenticatorData: text(found.response.authenticatorData),
    signature: text(found.response.signature),
  };
  if (found.response.userHandle) response.userHandle = text(found.response.userHandle);
  return answer(found, response);
}

function answer(credential, response) {
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, clientExtensionResults: {}, response };
}

function start(form) {
  const trouble = form.querySelector(".waymark-passkey__trouble");
  form.addEventListener("submit", async event => {
    event.preventDefault();
    trouble.hidden = true;
    try {
      if (!window.PublicKeyCredential) throw new Error("none");
      const options = JSON.parse(form.dataset.options).publicKey;
      const ask = form.dataset.passkey === "create" ? create : get;
      form.elements.answer.value = JSON.stringify(await ask(options));
    } catch (problem) {
      trouble.textContent = window.PublicKeyCredential
        ? "Your device gave no passkey. Try again, or go another way."
        : "This browser knows no passkeys. Go another way.";
      trouble.hidden = false;
      return;
    }
    form.submit();
  });
}

document.querySelectorAll("form.waymark-passkey").forEach(start);
