/* Before the first paint, so that nobody who chose dark is dazzled: the chosen colours, and the mark
   that scripts run. The choice is the only thing this site ever stores. It is inline, allowed
   by the Content-Security-Policy by its hash: a request of its own would delay the first paint. */
(function (root) {
  "use strict";
  root.className = "js";
  try {
    var choice = localStorage.getItem("handvat-scheme");
    if (choice === "light" || choice === "dark") root.setAttribute("data-scheme", choice);
  } catch (error) { /* storage is switched off: the colours of the device */ }
})(document.documentElement);
