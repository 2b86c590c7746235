// Says at sign-in which time zone the browser keeps, for who has not chosen one yet. Without this the company's holds.
(() => {
  "use strict";
  document.getElementById("id_time_zone").value = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
})();
