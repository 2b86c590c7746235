// Another empty row for a promise without a turn to the server. Without this script the button saves, and
// the page comes back with one.
(() => {
  "use strict";
  const form = document.getElementById("sheet");
  const template = document.getElementById("promise-row");
  const total = form && form.elements["promise-TOTAL_FORMS"];
  if (!total || !template) return;

  for (const button of form.querySelectorAll("button[name=add]")) {
    button.textContent = button.dataset.here;
    button.addEventListener("click", (event) => {
      if (Number(total.value) > Number(button.dataset.most)) return; // the server says how many fit
      event.preventDefault();
      add(button.value).querySelector("textarea").focus();
    });
  }

  form.addEventListener("restore", (event) => {
    const wanted = Number(event.detail["promise-TOTAL_FORMS"]);
    while (Number(total.value) < wanted) add("manager");
  });
  // Each row under the side that owes it, which the fields have said by now.
  form.addEventListener("restored", () => {
    for (const side of form.querySelectorAll("[name$='-owed_by']")) {
      rows(side.value)?.append(side.closest("fieldset"));
    }
  });

  function add(side) {
    const at = total.value;
    const row = template.content.firstElementChild.cloneNode(true);
    for (const element of row.querySelectorAll("[id*='__prefix__'], [name*='__prefix__'], [for*='__prefix__'], [aria-describedby]")) {
      for (const name of ["id", "name", "for", "aria-describedby"]) {
        const value = element.getAttribute(name);
        if (value) element.setAttribute(name, value.replaceAll("__prefix__", at));
      }
    }
    row.querySelector("[name$='-owed_by']").value = side;
    rows(side).append(row);
    total.value = String(Number(at) + 1);
    return row;
  }

  function rows(side) {
    return form.querySelector(`.rows[data-side="${CSS.escape(side)}"]`);
  }
})();
