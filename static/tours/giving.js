// Shows how far a giving has come, and the results once it is done. Without this the page reloads itself.
(() => {
  "use strict";
  const PAUSE = 1000;
  const LONGEST = 30000;
  const SAY_EVERY = 0.1;
  const url = document.currentScript.dataset.url;
  const bar = document.getElementById("progress");
  const said = document.getElementById("said");
  let pause = PAUSE;
  let told = bar.value / bar.max;

  setTimeout(look, pause);

  async function look() {
    try {
      const response = await fetch(url, { headers: { Accept: "application/json" } });
      if (!response.ok || response.redirected) return location.reload();
      show(await response.json());
      pause = PAUSE;
    } catch {
      // No connection: later again, less and less often.
      pause = Math.min(pause * 2, LONGEST);
    }
    setTimeout(look, pause);
  }

  function show(come) {
    bar.max = come.people;
    bar.value = come.settled;
    // Who listens is not told of every single one.
    if (come.finished || come.settled / come.people >= told + SAY_EVERY) {
      told = come.settled / come.people;
      said.textContent = come.said;
    }
    if (come.finished) location.reload();
  }
})();
