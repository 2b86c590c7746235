// Another empty row for a promise without a turn to the server. Without this script the button saves, and
// the page comes back with one.
(() => {
  "use strict";
  const form = document.getElementById("sheet");
  const template = document.getElementById("promise-row");
  const total = form && form.elements["promise-TOTAL_FORMS"];
  if (!total || !template) return;
  const came = Number(total.value);

  for (const button of form.querySelectorAll("button[name=add]")) {
    button.textContent = button.dataset.here;
    button.addEventListener("click", (event) => {
      if (Number(total.value) > Number(button.dataset.most)) return; // the server says how many fit
      event.preventDefault();
      add(button.value).querySelector("textarea").focus();
    });
  }

  // Room for what comes back: rows that were added to this page meanwhile are numbered on from there.
  form.addEventListener("restore", (event) => {
    const more = Number(event.detail["promise-TOTAL_FORMS"]) - came;
    if (!(more > 0)) return;
    for (let at = Number(total.value) - 1; at >= came; at--) {
      number(form.elements[`promise-${at}-owed_by`].closest("fieldset"), at, at + more);
    }
    for (let at = came; at < came + more; at++) add("manager", at);
  });
  // Each row under the side that owes it, which the fields have said by now.
  form.addEventListener("restored", () => {
    for (const side of form.querySelectorAll("[name$='-owed_by']")) {
      const row = side.closest("fieldset");
      if (row.parentNode !== rows(side.value)) rows(side.value)?.append(row); // else whoever writes in it stays there
    }
  });

  function add(side, at = total.value) {
    const row = template.content.firstElementChild.cloneNode(true);
    number(row, "__prefix__", at);
    row.querySelector("[name$='-owed_by']").value = side;
    rows(side).append(row);
    total.value = String(Number(total.value) + 1);
    return row;
  }

  function number(row, from, to) {
    for (const element of row.querySelectorAll("[id], [name], [for], [aria-describedby]")) {
      for (const name of ["id", "name", "for", "aria-describedby"]) {
        const value = element.getAttribute(name);
        if (value) element.setAttribute(name, value.replaceAll(`promise-${from}-`, `promise-${to}-`));
      }
    }
  }

  function rows(side) {
    return form.querySelector(`.rows[data-side="${CSS.escape(side)}"]`);
  }
})();
