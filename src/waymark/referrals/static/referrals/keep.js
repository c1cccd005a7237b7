/* Keeps what is typed while it is typed. It goes to the server a second after the last key; while there is no
   connection it stays in this browser, sealed with a key that only this person's pages hold. */
const form = document.querySelector("form[data-keep]");
const PAUSE = 1000;
const AGAIN = 5000;

const store = {
  name: `waymark-${form.dataset.keep}`,
  async key() {
    const raw = Uint8Array.from(atob(form.dataset.keepKey), (one) => one.charCodeAt(0));
    return crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
  },
  async put(text) {
    if (!crypto.subtle) return;
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await this.key(), new TextEncoder().encode(text));
    const bytes = [...iv, ...new Uint8Array(sealed)];
    localStorage.setItem(this.name, btoa(bytes.map((one) => String.fromCharCode(one)).join("")));
  },
  async get() {
    const kept = localStorage.getItem(this.name);
    if (!kept || !crypto.subtle) return null;
    const bytes = Uint8Array.from(atob(kept), (one) => one.charCodeAt(0));
    try {
      const open = await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytes.slice(0, 12) }, await this.key(), bytes.slice(12));
      return new TextDecoder().decode(open);
    } catch {
      return null; // somebody else's, who used this browser before
    }
  },
  forget() {
    localStorage.removeItem(this.name);
  },
};

const told = document.querySelector("[data-kept]");
const say = (words) => { if (told) told.textContent = words; };
const typed = () => new URLSearchParams(new FormData(form));
const clock = () => new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
let waiting = null;
let sent = "";
let leaving = false;

async function keep() {
  const now = typed();
  const text = now.toString();
  if (text === sent || leaving) return;
  await store.put(text);
  try {
    const answer = await fetch(form.dataset.keep, { method: "POST", body: now, credentials: "same-origin" });
    if (answer.status === 403 || answer.redirected) {
      say("You have been signed out. What you typed is kept on this device, for you only: save it, and sign in when asked.");
    } else if (!answer.ok) {
      say("What you typed could not be kept for later. Save it now.");
    } else {
      sent = text;
      store.forget();
      say(`Kept at ${clock()}, for you only. Save it for others to see.`);
    }
  } catch {
    say("No connection. What you typed is kept on this device, for you only, and sent when there is one.");
    waiting = setTimeout(keep, AGAIN);
  }
}

function fill(text) {
  const said = new URLSearchParams(text);
  for (const field of form.elements) {
    if (!field.name || field.type === "hidden" || field.type === "submit") continue;
    if (field.type === "checkbox" || field.type === "radio") {
      const chosen = said.getAll(field.name).includes(field.value);
      if (field.checked !== chosen) field.click();
    } else if (said.has(field.name)) {
      field.value = said.get(field.name);
    }
  }
}

if (form) {
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(keep, PAUSE); });
  form.addEventListener("submit", () => { leaving = true; clearTimeout(waiting); });
  window.addEventListener("online", keep);
  window.addEventListener("pageshow", () => { leaving = false; });
  const kept = await store.get();
  if (kept) {
    fill(kept);
    say("What you had typed on this device without a connection is back. Look at it and save it.");
    keep();
  } else {
    sent = typed().toString();
  }
}
