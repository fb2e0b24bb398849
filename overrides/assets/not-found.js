/* One 404 page serves all languages. Where the address names another language than the one of its
   frame, go on to that language's 404 page, whose menu, search and quick exit are in it too. That
   replaces the wrong address in the history, so that Back works. Otherwise, and where a host answers
   with this page for that one too: keep only the text in the language of the address. */
(function (script) {
  "use strict";
  var root = new URL(script.getAttribute("data-root"), location.href).pathname.replace(/\/*$/, "/");
  var language = location.pathname.slice(root.length).split("/")[0];
  var blocks = Array.prototype.slice.call(document.querySelectorAll(".not-found"));
  var chosen = blocks.filter(function (block) {
    return block.getAttribute("data-language") === language;
  })[0] || blocks[0];
  var own = root + language + "/404.html";
  if (chosen !== blocks[0] && location.pathname !== own) {
    document.documentElement.hidden = true;
    location.replace(own);
    return;
  }
  blocks.forEach(function (block) { block.hidden = block !== chosen; });
  document.title = chosen.querySelector("h1").textContent;
})(document.currentScript);
