// Saves the sheet while one types. What could not be saved is kept in this window alone, so that an
// expired session or a lost connection loses nothing; it is forgotten once it is saved or handed in, and
// when its author signs out (by the Clear-Site-Data header).
(() => {
  "use strict";
  const PAUSE = 1500;
  const PATIENCE = 10000;
  const words = document.currentScript.dataset;
  const form = document.getElementById("sheet");
  if (!form) {
    forget();
    return;
  }
  const said = document.getElementById("saved");
  let timer;
  let saving = null;
  let changed = false;

  restore();
  form.addEventListener("input", () => {
    changed = true;
    keep();
    later();
  });
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!saving) return;
    // The version on the way would make this one look stale.
    event.preventDefault();
    saving.finally(() => form.requestSubmit(event.submitter));
  });

  function later() {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (saving) return later();
      saving = save().finally(() => { saving = null; });
    }, PAUSE);
  }

  async function save() {
    const body = new FormData(form);
    body.set("act", "save");
    changed = false;
    try {
      const response = await fetch(location.pathname, {
        method: "POST", body, headers: { Accept: "application/json" }, signal: AbortSignal.timeout(PATIENCE),
      });
      if (!(response.headers.get("Content-Type") || "").startsWith("application/json")) {
        said.textContent = words.signedOut;
        return;
      }
      const answer = await response.json();
      said.textContent = answer.said;
      if (!response.ok) return;
      form.elements.basis.value = answer.basis;
      if (changed) keep(); else forget();
    } catch {
      said.textContent = words.unsaved;
    }
  }

  function typed() {
    const fields = [...new FormData(form)].filter(([name]) => name === "basis" || name.startsWith("answer-"));
    return Object.fromEntries(fields);
  }

  function keep() {
    try {
      sessionStorage.setItem(words.keep, JSON.stringify(typed()));
    } catch {
      // No room or no leave to store: saving to the server goes on.
    }
  }

  function forget() {
    try {
      sessionStorage.removeItem(words.keep);
    } catch {
      // Nothing was stored, then.
    }
  }

  // With the version it was typed over: if another window has saved since, the server will say so.
  function restore() {
    let kept = null;
    try {
      kept = JSON.parse(sessionStorage.getItem(words.keep));
    } catch {
      return;
    }
    const now = typed();
    if (!kept || !Object.keys(kept).some((name) => name !== "basis" && plain(kept[name]) !== plain(now[name]))) return;
    for (const [name, value] of Object.entries(kept)) {
      const field = form.elements[name];
      if (field) field.value = value;
    }
    said.textContent = words.restored;
    later();
  }

  function plain(text) {
    return (text || "").replace(/\r\n/g, "\n").trim();
  }
})();
