/* Reads the text of the page aloud, by voices of this device alone (`voiceFor` in handvat.js, which loads this at the
   first press). Hidden text is not read. */
(function () {
  "use strict";
  var button = document.querySelector(".share [data-stop]");
  if (!button) return; /* the page was left while this was loading */
  var speech = window.speechSynthesis;
  var article = document.querySelector("article");
  var name = button.textContent;
  var queue = [];
  var LEFT_OUT = "[data-search-ignore], .notice, .contact-link, .report-doubt, .report-sources, details:not([open]) > :not(summary), button, svg, textarea, noscript";
  var BLOCK = "h1, h2, h3, h4, p, li, dt, dd, th, td, summary, label, blockquote";

  /* Each block, in the order of the page. A name in another language is read within its sentence; a whole block is not. */
  function blocks() {
    var found = [];
    var last;
    var walker = document.createTreeWalker(article, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, { acceptNode: function (node) {
      return node.nodeType === 1 && node.matches(LEFT_OUT) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT;
    } });
    for (var node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.nodeType === 1 || !node.parentElement.getClientRects().length) continue;
      var block = node.parentElement.closest(BLOCK) || node.parentElement;
      if (block !== last) found.push({ language: block.closest("[lang]").lang, text: "" });
      last = block;
      found[found.length - 1].text += node.data;
    }
    return found;
  }

  /* Sentence by sentence: Chromium stops a text that takes longer than 15 seconds. */
  function utterances() {
    var all = [];
    blocks().forEach(function (block) {
      var voice = button.voiceFor(block.language);
      if (!voice) return;
      var text = block.text.replace(/\s+/g, " ").trim();
      (text.match(/.+?(?:[.!?…؟]+["'”’»)]*(?= |$)|$)/g) || []).forEach(function (sentence) {
        var utterance = new SpeechSynthesisUtterance(sentence.trim());
        utterance.voice = voice;
        utterance.lang = voice.lang;
        all.push(utterance);
      });
    });
    return all;
  }

  function stop() {
    queue = [];
    speech.cancel();
    button.textContent = name;
  }
  function read() {
    speech.cancel();
    queue = utterances();
    var last = queue[queue.length - 1];
    last.onend = last.onerror = function () { if (queue.indexOf(last) >= 0) stop(); };
    button.textContent = button.getAttribute("data-stop");
    queue.forEach(function (utterance) { speech.speak(utterance); });
  }
  button.onclick = function () {
    if (queue.length) stop();
    else read();
  };
  /* Also when another app or tab covers the page: nobody must hear it after a hasty switch. */
  addEventListener("pagehide", stop);
  document.addEventListener("visibilitychange", function () { if (document.hidden) stop(); });
  read();
})();
