/* The search window. What it finds comes from the index of a language (scripts/handvat/search/index.py), a classic script of this site
   that is loaded when the window opens, also from file://. Nothing that is typed goes into an address, into storage
   or to a server; texts from the index enter the page as text, never as HTML. */
(function () {
  "use strict";
  var root = document.documentElement;
  var dialog = document.getElementById("_search");
  var words = dialog.querySelector("input");
  var status = dialog.querySelector(".search-status");
  var calls = dialog.querySelector(".search-now");
  var first = dialog.querySelector(".search-first");
  var list = dialog.querySelector(".search-results");
  var say = function (name) { return dialog.getAttribute("data-" + name); };
  var counts = JSON.parse(say("count"));
  var plural = new Intl.PluralRules(root.lang);
  var others = JSON.parse(say("others") || "[]");
  /* With no more hits than this the reader is offered the other languages. */
  var FEW_PAGES = 3;
  var PAGES_AT_ONCE = 8;
  /* Milliseconds after which an index that failed to load is requested again. */
  var PAUSES = [300, 1500];
  /* Milliseconds without a letter after which the search starts. */
  var PAUSE = 150;
  var loaded = window.handvatSearch = window.handvatSearch || {};
  var loading = {};

  function script(code, address) {
    return new Promise(function (done, fail) {
      var element = document.createElement("script");
      element.src = address;
      element.onload = element.onerror = function () {
        element.remove();
        /* A truncated script does not run at all. */
        if (loaded[code]) done(loaded[code]);
        else fail(new Error(address));
      };
      document.head.appendChild(element);
    });
  }
  function again(job, pauses) {
    return job().catch(function (error) {
      if (!pauses.length) throw error;
      return new Promise(function (done) { setTimeout(done, pauses[0]); }).then(function () {
        return again(job, pauses.slice(1));
      });
    });
  }
  function index(code, address) {
    if (!loading[code]) {
      loading[code] = again(function () { return script(code, address); }, PAUSES);
      loading[code].catch(function () { delete loading[code]; });
    }
    return loading[code];
  }

  function element(name, className, text) {
    var made = document.createElement(name);
    made.className = className;
    if (text) made.textContent = text;
    return made;
  }
  /* An address of the index is one below the home page of its language; a copy for file:// names the file of each page. */
  function link(className, url, text, other) {
    var made = element("a", className, text);
    var parts = url.split("#");
    var home = new URL(other ? other.root : say("root"), location.href);
    made.href = new URL(parts[0] + say("file") + (parts[1] ? "#" + parts[1] : ""), home).href;
    return made;
  }
  function call(number) {
    var made = element("a", "contact-number", number);
    made.href = "tel:" + number.replace(/ /g, "");
    made.dir = "ltr";
    return made;
  }

  /* Above the hits: who to call when the words mean danger. Where they may, the quiet line is highlighted. */
  function showDanger(engine, asked) {
    first.textContent = "";
    calls.classList.toggle("is-near", asked.danger === "likely");
    if (asked.danger !== "sure") return;
    var box = element("div", "search-danger");
    box.appendChild(element("p", "", asked.own > 0 ? say("own") : asked.kind.first));
    asked.kind.contacts.forEach(function (number) {
      var contact = engine.contacts[number];
      var line = element("p", "search-call");
      var dials = element("span", "search-dials");
      contact.numbers.forEach(function (dial) { dials.appendChild(call(dial)); });
      line.appendChild(dials);
      line.appendChild(element("span", "", contact.what));
      box.appendChild(line);
    });
    if (asked.kind.page.length && asked.own <= 0) {
      var more = element("p", "search-do");
      more.appendChild(link("", asked.kind.page[1], asked.kind.page[0]));
      box.appendChild(more);
    }
    first.appendChild(box);
  }

  /* Suggestions for a word that is not in the index. */
  function showMeant(engine, unknown) {
    unknown.some(function (word) {
      var meant = engine.meant(word);
      if (meant) first.appendChild(offer(engine, word, meant));
      return meant;
    });
  }
  function offer(engine, word, meant) {
    var parts = say("meant").split("{word}");
    var line = element("p", "search-meant", parts[0]);
    var button = element("button", "", meant);
    button.type = "button";
    button.addEventListener("click", function () {
      words.value = engine.corrected(words.value, word, meant);
      words.focus();
      search();
    });
    line.appendChild(button);
    line.appendChild(document.createTextNode(parts[1]));
    return line;
  }

  /* Nothing found: the doors of the home page, one of which suits everybody. */
  function showDoors(doors) {
    if (!doors.length) return;
    list.appendChild(element("li", "doors-head", say("doors")));
    doors.forEach(function (door) {
      var item = element("li", "door");
      item.appendChild(link("door-title", door[1], door[0]));
      list.appendChild(item);
    });
  }

  function result(page, other) {
    var item = element("li", "result");
    var language = other && other.code || page.language;
    if (other) item.dir = other.direction;
    if (language) item.lang = language;
    item.appendChild(link("result-title", page.url, page.title, other));
    if (page.language) {
      var name = element("p", "result-note", new Intl.DisplayNames([root.lang], { type: "language" }).of(page.language));
      name.lang = root.lang;
      item.appendChild(name);
    }
    if (page.excerpt) item.appendChild(element("p", "result-short", page.excerpt));
    if (page.section && page.section[0] && page.section[0] !== "in-short") {
      item.appendChild(link("result-part", page.url + "#" + page.section[0], page.section[1], other));
    }
    return item;
  }
  function addPages(pages, other) {
    pages.slice(0, PAGES_AT_ONCE).forEach(function (page) { list.appendChild(result(page, other)); });
    var rest = pages.slice(PAGES_AT_ONCE);
    if (!rest.length) return;
    var item = element("li", "result-more");
    var more = element("button", "", say("more"));
    more.type = "button";
    more.addEventListener("click", function () {
      var next = item.nextSibling;
      item.remove();
      addPages(rest, other);
      /* The button goes to the end, and the first new hit gets the focus. */
      if (next) list.appendChild(next);
      list.querySelectorAll(".result-title")[document.querySelectorAll(".result").length - rest.length].focus();
    });
    item.appendChild(more);
    list.appendChild(item);
  }

  /* Hits in other languages, below those in the reader's own, each under the language's name and marked with its code. */
  function askOthers(query, mine, item) {
    Promise.all(others.map(function (other) { return index(other.code, other.index); })).then(function (engines) {
      if (mine !== asked) return;
      item.remove();
      engines.forEach(function (engine, number) {
        var pages = engine.find(query).pages.slice(0, PAGES_AT_ONCE);
        var other = others[number];
        if (!pages.length) return;
        var head = element("li", "result-language", other.name);
        head.lang = other.code;
        head.dir = other.direction;
        list.appendChild(head);
        addPages(pages, other);
      });
      var found = list.querySelector(".result-language + .result a");
      if (found) found.focus();
      else status.textContent = say("others-none");
    }).catch(function () {
      if (mine === asked) status.textContent = say("failed");
    });
  }
  function offerOthers(query, mine) {
    var item = element("li", "result-more result-others");
    var button = element("button", "", say("ask-others"));
    button.type = "button";
    button.addEventListener("click", function () {
      button.disabled = true;
      askOthers(query, mine, item);
    });
    item.appendChild(button);
    list.appendChild(item);
  }

  function show(engine, query) {
    var found = engine.find(query);
    var count = found.pages.length;
    list.textContent = "";
    showDanger(engine, found.classified);
    showMeant(engine, found.unknown);
    status.textContent = count
      ? (counts[plural.select(count)] || counts.other).replace("{count}", count)
      : say("none").replace("{query}", query);
    addPages(found.pages);
    if (others.length && (count <= FEW_PAGES || !found.isKnown)) offerOthers(query, asked);
    if (!count) showDoors(engine.doors);
  }

  /* The question of the hits that are shown, or will be. */
  var asked = "";
  var pause = 0;
  function search() {
    var query = words.value.trim();
    clearTimeout(pause);
    /* The same question twice would put the same hits in place of those that a finger is about to touch. */
    if (query === asked) return;
    asked = query;
    if (!query) {
      list.textContent = status.textContent = first.textContent = "";
      calls.classList.remove("is-near");
      return;
    }
    var engine = loaded[root.lang];
    if (engine) {
      show(engine, query);
      return;
    }
    status.textContent = say("loading");
    list.setAttribute("aria-busy", "true");
    index(root.lang, say("index")).then(function (engine) {
      list.removeAttribute("aria-busy");
      if (query === asked) show(engine, query);
    }).catch(function () {
      list.removeAttribute("aria-busy");
      if (query !== asked) return;
      asked = "";
      list.textContent = "";
      status.textContent = say("failed");
    });
  }

  words.addEventListener("input", function () {
    clearTimeout(pause);
    if (words.value.trim()) pause = setTimeout(search, PAUSE);
    else search();
  });

  /* The question is stored in this entry of the history alone: Back then brings the hits again
     (handvat.js), in this tab, until the window is closed. */
  dialog.addEventListener("click", function (event) {
    if (event.target.closest(".search-results a, .search-do a")) history.replaceState({ search: words.value }, "");
  }, true);

  /* Arrows go through the links, Enter goes to the first one; Tab does what it always does. */
  dialog.addEventListener("keydown", function (event) {
    var isTyping = document.activeElement === words;
    /* A pending search would replace the hits, and with them the one that is about to get the focus. */
    if (isTyping && /^(ArrowDown|Enter)$/.test(event.key)) search();
    var links = Array.prototype.slice.call(dialog.querySelectorAll(".search-first a, .search-first button, .search-results a, .search-results button"));
    var here = links.indexOf(document.activeElement);
    var next = null;
    if (event.key === "ArrowDown" && (isTyping || here >= 0)) next = links[here + 1];
    else if (event.key === "ArrowUp" && here >= 0) next = links[here - 1] || words;
    else if (event.key === "Enter" && isTyping) next = links[0];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });

  /* The keyboard of iOS covers what is fixed at the bottom: the exit moves above it. */
  var sight = window.visualViewport;
  function lift() {
    var covered = sight.scale > 1.1 ? 0 : Math.max(0, root.clientHeight - sight.height - sight.offsetTop);
    dialog.style.setProperty("--keyboard", covered + "px");
  }
  if (sight) {
    sight.addEventListener("resize", lift);
    sight.addEventListener("scroll", lift);
    lift();
  }

  index(root.lang, say("index")).catch(function () {
    if (!asked) status.textContent = say("failed");
  });
  search();
})();
