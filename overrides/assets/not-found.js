/* One 404 page serves all languages: leave only the words of the language in the address. */
(function (script) {
  "use strict";
  var root = new URL(script.getAttribute("data-root"), location.href).pathname.replace(/\/*$/, "/");
  var language = location.pathname.slice(root.length).split("/")[0];
  var blocks = Array.prototype.slice.call(document.querySelectorAll(".not-found"));
  var chosen = blocks.filter(function (block) {
    return block.getAttribute("data-language") === language;
  })[0] || blocks[0];
  blocks.forEach(function (block) { block.hidden = block !== chosen; });
  document.title = chosen.querySelector("h1").textContent;
})(document.currentScript);
