/* What a page does at a touch: leave at once, close its menus, store the chosen colours, open search.
   A classic script without dependencies: it also runs from file://. Without it every one of these
   is still a link or a <details>. */
(function () {
  "use strict";
  var root = document.documentElement;
  var all = function (selector) { return Array.prototype.slice.call(document.querySelectorAll(selector)); };

  /* Scripts and workers come from this site alone, also where Trusted Types ask for each of them. */
  if (window.trustedTypes) {
    trustedTypes.createPolicy("default", {
      createScriptURL: function (address) {
        return new URL(address, location.href).origin === location.origin ? address : null;
      }
    });
  }

  /* Quick exit, after GOV.UK's "Exit this page": blank first, because the other page may be slow.
     The page is replaced, so that Back does not return to it. */
  var exit = document.querySelector(".bar .exit");
  var target = exit.href;
  var isGone = false;
  var isReading = false; /* WebKitGTK crashes when speech is cancelled that never began */
  var speech = window.speechSynthesis;

  function leave() {
    isGone = true;
    if (isReading) speech.cancel();
    history.replaceState(null, "");
    root.className = "gone";
    document.title = exit.getAttribute("data-title");
    all("link[rel=icon]").forEach(function (link) { link.remove(); });
    document.body.textContent = "";
    location.replace(target);
  }

  /* Set here, because the shortcut needs this script. */
  all("a.exit").forEach(function (link) { link.title = exit.getAttribute("data-hint"); });

  document.addEventListener("click", function (event) {
    if (!event.target.closest("a.exit")) return;
    event.preventDefault();
    leave();
  });

  /* A browser may restore the blank page from memory: then leave again. */
  addEventListener("pageshow", function () { if (isGone) location.replace(target); });

  /* Shift three times within five seconds. Not Escape: that closes things and stops loading
     (alphagov/govuk-design-system#2402). A Shift that makes a capital does not count. */
  var presses = [];
  var isAlone = false;
  function interrupt() { isAlone = false; presses = []; }
  addEventListener("keydown", function (event) {
    if (event.key !== "Shift") interrupt();
    else if (!event.repeat) isAlone = true;
  }, true);
  addEventListener("pointerdown", interrupt, true);
  addEventListener("keyup", function (event) {
    if (event.key !== "Shift" || !isAlone) return;
    presses = presses.filter(function (time) { return event.timeStamp - time < 5000; });
    presses.push(event.timeStamp);
    if (presses.length > 2) leave();
  }, true);

  /* Menus: Escape, a touch elsewhere, or going on with Tab closes them, so that they cover nothing. */
  all("details.fold").forEach(function (fold) {
    document.addEventListener("click", function (event) {
      if (!fold.contains(event.target)) fold.open = false;
    });
    fold.addEventListener("focusout", function (event) {
      if (event.relatedTarget && !fold.contains(event.relatedTarget)) fold.open = false;
    });
    fold.addEventListener("keydown", function (event) {
      if (event.key !== "Escape" || !fold.open) return;
      fold.open = false;
      fold.querySelector("summary").focus();
    });
  });

  /* A fold opens for a link into it, and for a printer: not every browser does so by itself. */
  function reveal(hash) {
    var target = document.getElementById(hash.slice(1));
    var fold = target && target.closest("details:not([open])");
    if (!fold) return;
    fold.open = true;
    target.scrollIntoView();
  }
  document.addEventListener("click", function (event) {
    var link = event.target.closest(".cite a");
    if (link) reveal(link.hash);
  });
  reveal(location.hash);
  addEventListener("beforeprint", function () {
    all("main details:not(.contents-fold)").forEach(function (fold) { fold.open = true; });
  });

  /* Colours. */
  function showScheme() {
    var chosen = root.getAttribute("data-scheme") || "auto";
    all("[data-choice]").forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.getAttribute("data-choice") === chosen));
    });
  }
  all("[data-choice]").forEach(function (button) {
    button.addEventListener("click", function () {
      var choice = button.getAttribute("data-choice");
      if (choice === "auto") root.removeAttribute("data-scheme");
      else root.setAttribute("data-scheme", choice);
      try {
        if (choice === "auto") localStorage.removeItem("handvat-scheme");
        else localStorage.setItem("handvat-scheme", choice);
      } catch (error) { /* storage is switched off: the choice holds for this page */ }
      showScheme();
    });
  });
  showScheme();

  /* Whom to call is beside the exit, unless those buttons are in view in the text. */
  var calls = document.querySelector(".calls"), near = document.querySelector(".calls-now");
  if (calls && near && window.IntersectionObserver) {
    new IntersectionObserver(function (seen) {
      calls.hidden = seen[seen.length - 1].isIntersecting;
    }, { rootMargin: "0px 0px -64px" }).observe(near);
  }

  function run(address, failed) {
    var script = document.createElement("script");
    script.src = address;
    script.onerror = function () {
      script.remove();
      failed();
    };
    document.head.appendChild(script);
  }

  /* Sharing the page, by its address alone: nothing is stored or sent. */
  var row = document.querySelector(".share");
  if (row) {
    var share = row.children[0];
    var link = row.children[1];
    var reader = row.children[2];
    var address = location.href.split(/[?#]/)[0];
    var tell = function (words, shown) {
      row.querySelector("span").textContent = words;
      row.querySelector("bdi").textContent = shown;
    };
    link.onclick = function () {
      (navigator.clipboard ? navigator.clipboard.writeText(address) : Promise.reject()).then(function () {
        tell(row.dataset.copied, "");
      }, function () { tell(row.dataset.failed, address); });
    };
    share.onclick = function () {
      navigator.share({ url: address, title: row.dataset.title }).catch(function (error) {
        if (error.name !== "AbortError") link.onclick();
      });
    };
    link.hidden = location.protocol === "file:";
    share.hidden = link.hidden || !navigator.share;

    /* Reading aloud, by a voice of this device alone: others send the text away. Voices may load late. */
    reader.voiceFor = function (language) {
      return speech.getVoices().filter(function (voice) {
        return voice.localService && voice.lang.split(/[-_]/)[0] === language.split("-")[0];
      }).sort(function (one, other) { return other.default - one.default; })[0];
    };
    var offer = function () { reader.disabled = !reader.voiceFor(reader.value); };
    if (speech) {
      speech.onvoiceschanged = offer;
      offer();
    }
    reader.onclick = function start() {
      reader.onclick = null; /* until aloud.js has loaded */
      isReading = true;
      /* iOS lets a page speak once it spoke during a touch, and aloud.js loads after that. */
      var silence = new SpeechSynthesisUtterance("");
      silence.voice = reader.voiceFor(reader.value);
      speech.speak(silence);
      run(reader.dataset.script, function () {
        reader.onclick = start;
        tell(reader.dataset.failed, "");
      });
    };
  }

  /* Search: the window opens at once; the script and the index load only now. */
  var dialog = document.getElementById("_search");
  var opener = document.querySelector(".search-open");
  var words = dialog.querySelector("input");
  var isAsked = false;

  function empty() {
    words.value = words.defaultValue = "";
    words.dispatchEvent(new Event("input"));
  }
  function load() {
    if (isAsked) return;
    isAsked = true;
    var style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = opener.getAttribute("data-style");
    document.head.appendChild(style);
    /* search.js needs the index next: both load at once. */
    var ahead = document.createElement("link");
    ahead.rel = "preload";
    ahead.as = "script";
    ahead.href = dialog.getAttribute("data-index");
    document.head.appendChild(ahead);
    run(opener.getAttribute("data-script"), function () {
      isAsked = false;
      style.remove();
      ahead.remove();
      dialog.querySelector(".search-status").textContent = dialog.getAttribute("data-failed");
    });
  }
  if (dialog.showModal) {
    opener.setAttribute("role", "button");
    opener.setAttribute("aria-haspopup", "dialog");
    var open = function (query) {
      if (!dialog.open) dialog.showModal();
      /* WebKit resets a field with autocomplete="off" some time after it restored a page from memory. */
      words.value = words.defaultValue = query;
      if (query) words.dispatchEvent(new Event("input"));
      words.focus();
      load();
    };
    opener.addEventListener("click", function (event) {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open("");
    });
    opener.addEventListener("keydown", function (event) {
      if (event.key !== " ") return;
      event.preventDefault();
      opener.click();
    });
    /* Closing the window discards the question. But when a link was followed, search.js has stored it in
       this entry of the history, and Back returns to the hits. The browser may fire this event for a
       window only when it restores the page, and the window is open again. */
    var isFollowing = false;
    dialog.addEventListener("close", function () {
      if (dialog.open) return;
      empty();
      if (!isFollowing && history.state) history.replaceState(null, "");
      isFollowing = false;
    });
    /* A link closes the window too: it may lead to a section of this page. A moment later, because a
       link that was removed from the page leads nowhere; and not if a busy device runs this only
       after Back has opened the window again. */
    var closing;
    dialog.addEventListener("click", function (event) {
      if (event.target === dialog) dialog.close();
      else if (event.target.closest("a:not([href^='tel:'])")) closing = setTimeout(function () {
        isFollowing = true;
        dialog.close();
      });
    });
    dialog.querySelector(".search-close").addEventListener("click", function () { dialog.close(); });
    /* In a search field Escape would first only empty the field. */
    words.addEventListener("keydown", function (event) { if (event.key === "Escape") dialog.close(); });
    addEventListener("pagehide", function () {
      isFollowing = true;
      dialog.close();
      empty();
    });
    var restore = function () {
      var query = (history.state || {}).search;
      isFollowing = false;
      clearTimeout(closing);
      if (query) open(query);
      else if (dialog.open) dialog.close();
    };
    addEventListener("pageshow", restore);
    addEventListener("popstate", restore);
  }
})();
