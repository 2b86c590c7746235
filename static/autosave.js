// Saves a form while one types, so that an expired session or a lost connection loses nothing:
// 1. What is typed is kept in this window alone until the server has it; it is forgotten then, and when its
//    author signs out or somebody else signs in (by the Clear-Site-Data header).
// 2. What is still kept when the form comes again goes back into it, with the state it was typed over.
// 3. What was typed into that form before this script came is newer, and stays; of words both do.
//
// The form's `data-basis` names the field that holds which state was changed; the server answers with what
// to `say`, and with the fields to `set` for the next time. Where it put the words together with somebody
// else's it gives `fresh` ones too, which come into the form unless more was typed meanwhile. Without a basis
// nothing is saved on the way: the words of a form that is sent once are only kept in the window until they
// have arrived. The script's `data-keep` is the name under which the window keeps them.
function saveWhileOneTypes(form, words) {
  "use strict";
  const PAUSE = 1500;
  const PATIENCE = 10000;
  const AGAIN = 4000; // after there was no connection, or no server
  const BETWEEN = { textarea: "\n\n", text: " / " }; // a number, a day or a choice cannot say two things
  const place = words.keep;
  const basis = form.dataset.basis;
  const said = form.querySelector("[role=status]");
  const conflict = document.getElementById("conflict");
  let timer;
  let saving = null;
  let changed = false;
  let paused = false;

  // As the page came: before this script had, more may have been typed into it, and no browser puts anything back.
  const came = form.cloneNode(true);
  came.reset();
  const asCame = [...came.elements];
  const early = [...form.elements].filter((field, at) => field.value !== asCame[at].value || field.checked !== asCame[at].checked);

  restore();
  if (early.length) {
    changed = true;
    early.forEach(spare);
    keep();
    later();
  }
  form.addEventListener("input", (event) => {
    changed = true;
    spare(event.target);
    keep();
    later();
  });
  // Back from a lost connection, or from another tab: what is not saved yet goes first.
  for (const back of ["online", "focus"]) addEventListener(back, () => { if (changed) later(0); });
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!saving) {
      if (changed || "typed" in form.dataset) keep(true);
      return;
    }
    // The version on the way would make this one look stale.
    event.preventDefault();
    saving.finally(() => form.requestSubmit(event.submitter));
  });

  // Advice on words that are being changed has been heard.
  function spare(field) {
    if (field.tagName !== "TEXTAREA") return;
    field.closest(".part-field, .promise-fields")?.querySelector(".says-little")?.remove();
    if (!form.querySelector(".says-little")) document.getElementById("look")?.remove();
  }

  function later(pause = PAUSE) {
    clearTimeout(timer);
    if (paused || !basis) return;
    timer = setTimeout(() => {
      if (saving) return later();
      saving = save().finally(() => { saving = null; });
    }, pause);
  }

  async function save() {
    const body = new FormData(form);
    body.set("act", "save");
    changed = false;
    try {
      const response = await fetch(form.action, {
        method: "POST", body, headers: { Accept: "application/json" }, signal: AbortSignal.timeout(PATIENCE),
      });
      if (response.status >= 500) throw new Error("the server, or a proxy before it, cannot now; it may in a moment");
      if (!(response.headers.get("Content-Type") || "").startsWith("application/json")) {
        changed = true;
        said.textContent = words.signedOut;
        return;
      }
      const answer = await response.json();
      said.textContent = answer.said;
      const fresh = changed ? {} : answer.fresh;
      for (const [name, value] of Object.entries({ ...answer.set, ...fresh })) form.elements[name].value = value;
      if (!response.ok) return differs(answer.html);
      if (changed) keep(); else forget();
    } catch {
      changed = true;
      said.textContent = words.unsaved;
      later(AGAIN);
    }
  }

  // Another window saved something else. From here on only a click of whoever has compared them saves.
  function differs(html) {
    changed = true;
    keep();
    if (!html || !conflict) return;
    paused = true;
    conflict.innerHTML = html;
    conflict.hidden = false;
  }

  function typed(into = form) {
    return Object.fromEntries([...new FormData(into)].filter(([name]) => name !== "csrfmiddlewaretoken"));
  }

  function keep(sent = false) {
    try {
      sessionStorage.setItem(place, JSON.stringify({ fields: typed(), sent }));
    } catch {
      // No room or no leave to store: saving to the server goes on.
    }
  }

  function forget() {
    try {
      sessionStorage.removeItem(place);
    } catch {
      // Nothing was stored, then.
    }
  }

  // With the version it was typed over: if another window has saved since, the server will say so.
  function restore() {
    let kept = null;
    try {
      kept = JSON.parse(sessionStorage.getItem(place));
    } catch {
      return;
    }
    if (!kept) return;
    const now = typed(came);
    // That somebody has saved meanwhile is not enough: it may have been another device, and these words are here alone.
    const saved = document.querySelector(".said .note-good, #look") !== null;
    const arrived = kept.sent && saved && (!basis || kept.fields[basis] !== now[basis]);
    if ("typed" in form.dataset && kept.sent) return keep();
    if (arrived || same(kept.fields, now)) return forget();
    form.dispatchEvent(new CustomEvent("restore", { detail: kept.fields }));
    makeRoom(kept.fields);
    for (const [name, value] of Object.entries(kept.fields)) {
      const field = form.elements[name];
      if (!field || (name.endsWith("-TOTAL_FORMS") && Number(value) < Number(field.value))) continue;
      if (early.some((each) => each.name === name)) {
        const between = BETWEEN[field.type];
        const both = between && plain(value) !== plain(now[name]) && !plain(field.value).includes(plain(value));
        if (both) field.value = [value, field.value].filter(plain).join(between);
      } else if (field.type === "checkbox") field.checked = true; else field.value = value;
    }
    form.dispatchEvent(new Event("restored"));
    said.textContent = words.restored;
    changed = true;
    later();
  }

  // As many rows as there were; the last one is always empty.
  function makeRoom(fields) {
    for (const total of form.querySelectorAll("[name$='-TOTAL_FORMS']")) {
      const prefix = total.name.slice(0, -"TOTAL_FORMS".length);
      for (let at = Number(total.value); at < Number(fields[total.name]); at++) {
        const last = form.querySelector(`[name^="${prefix}${at - 1}-"]`).closest("fieldset");
        const row = last.cloneNode(true);
        for (const element of [row, ...row.querySelectorAll("*")]) {
          for (const name of ["id", "name", "for", "aria-describedby"]) {
            const value = element.getAttribute(name);
            if (value) element.setAttribute(name, value.replaceAll(`${prefix}${at - 1}`, `${prefix}${at}`));
          }
        }
        last.after(row);
      }
    }
  }

  function same(kept, now) {
    return Object.keys(kept).every((name) => name === basis || plain(kept[name]) === plain(now[name]));
  }

  function plain(text) {
    return (text || "").replace(/\r\n/g, "\n").trim();
  }
}

(() => {
  "use strict";
  const words = document.currentScript.dataset;
  forgetOthers(words.keep.split(" ").at(-1));
  const form = document.querySelector("form#sheet");
  if (form) return saveWhileOneTypes(form, words);
  try {
    sessionStorage.removeItem(words.keep); // of a sheet that is not to be written on any more
  } catch {
    // Nothing was stored, then.
  }

  // Whose session ended at this screen before somebody else signed in: nobody is to find what they had typed.
  function forgetOthers(reader) {
    try {
      for (const key of Object.keys(sessionStorage)) {
        if (!key.endsWith(` ${reader}`)) sessionStorage.removeItem(key);
      }
    } catch {
      // Nothing was stored, then.
    }
  }
})();
