/* Reloads this page when the texts have changed; shows the problem that keeps it from being built. */
(function (script) {
  "use strict";
  var mine = script.getAttribute("data-round");
  var source = null;
  var box = null;

  function show(problem) {
    if (!box) {
      box = document.createElement("pre");
      box.setAttribute("role", "status");
      box.setAttribute("lang", "en");
      box.setAttribute("dir", "ltr");
      Object.assign(box.style, {
        position: "fixed", insetInline: "1rem", bottom: "1rem", zIndex: "99", margin: "0",
        maxHeight: "50vh", overflow: "auto", padding: "1rem", whiteSpace: "pre-wrap",
        font: "14px/1.5 monospace", color: "#222", background: "#fff8e1",
        border: "1px solid #b08900", borderRadius: "6px"
      });
    }
    box.textContent = problem;
    if (problem) document.body.appendChild(box); else box.remove();
  }

  function connect() {
    if (source) return;
    source = new EventSource("/-/events");
    source.onmessage = function (event) {
      var now = JSON.parse(event.data);
      if (now.round !== mine) location.reload(); else show(now.problem);
    };
  }

  /* A browser opens six connections to one server: a page in the background must not hold one. */
  function disconnect() {
    if (source) source.close();
    source = null;
  }

  addEventListener("pagehide", disconnect);
  addEventListener("pageshow", function () { if (!document.hidden) connect(); });
  document.addEventListener("visibilitychange", function () {
    if (document.hidden) disconnect(); else connect();
  });
})(document.currentScript);
