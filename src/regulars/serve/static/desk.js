// Desk: keeps notes and taps while there is no connection, and sends them later. Pages work without it.
// Only the fields of a form are kept, in this browser, until they are sent or twelve hours have passed.
"use strict";
(() => {
  const HOURS = 12, EVERY = 60000, STORE = "waiting";
  const notice = document.getElementById("waiting");
  let sending = false;

  const opened = () => new Promise((resolve, reject) => {
    const asked = indexedDB.open("regulars-desk", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "id" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });

  const within = async (mode, work) => {
    const base = await opened();
    try {
      return await new Promise((resolve, reject) => {
        const change = base.transaction(STORE, mode);
        const asked = work(change.objectStore(STORE));
        change.oncomplete = () => resolve(asked.result);
        change.onerror = change.onabort = () => reject(change.error);
      });
    } finally {
      base.close();
    }
  };

  const all = () => within("readonly", (store) => store.getAll());
  const put = (entry) => within("readwrite", (store) => store.put(entry));
  const drop = (id) => within("readwrite", (store) => store.delete(id));
  const sent = (entry) => fetch(entry.to, { method: "POST", body: new URLSearchParams(entry.fields), credentials: "same-origin" });

  const show = async () => {
    const count = (await all()).length;
    notice.hidden = count === 0;
    notice.textContent = count === 1 ? "1 note waits to be sent." : `${count} notes wait to be sent.`;
  };

  const sendAll = async () => {
    if (sending) return;
    sending = true;
    try {
      for (const entry of await all()) {
        if (Date.now() - entry.since > HOURS * 3600000) {
          await drop(entry.id);
          continue;
        }
        let answer;
        try {
          answer = await sent(entry);
        } catch {
          break; // still no connection
        }
        if (answer.status < 500) await drop(entry.id); // kept, or refused for good
      }
      await show();
    } finally {
      sending = false;
    }
  };

  // Send it as a page without scripts would, so that the answer says what is wrong; the token makes it one trace.
  const plainly = (form, button) => {
    if (button && button.name) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: button.name, value: button.value }));
    HTMLFormElement.prototype.submit.call(form);
  };

  const submitted = async (event) => {
    const [form] = event.composedPath();
    if (!(form instanceof HTMLFormElement) || !form.dataset.queue) return;
    event.preventDefault();
    const fields = [...new FormData(form, event.submitter)].map(([name, value]) => [name, String(value)]);
    const told = Object.fromEntries(fields);
    const id = [told.token, told.key || "", told.how || ""].join(".");
    const entry = { id, to: form.action, fields: [...fields, ["written", new Date().toISOString()]], since: Date.now() };
    try {
      const answer = await sent(entry);
      if (answer.ok) location.assign(answer.url);
      else plainly(form, event.submitter);
    } catch {
      await put(entry);
      await show();
      form.reset();
      const token = form.elements.token;
      if (token) token.value = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    }
  };

  document.addEventListener("submit", submitted);
  addEventListener("online", sendAll);
  setInterval(sendAll, EVERY);
  sendAll();
})();
