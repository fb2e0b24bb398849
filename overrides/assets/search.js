/* Searching in the language of the page. Pagefind (loaded here, from this site) keeps one index per
   language. Nothing that is typed goes into an address, into storage or to a server; texts from the
   index enter the page as text, never as HTML. */
(function () {
  "use strict";
  var root = document.documentElement;
  var dialog = document.getElementById("_search");
  var words = dialog.querySelector("input");
  var status = dialog.querySelector(".search-status");
  var list = dialog.querySelector(".search-results");
  var say = function (name) { return dialog.getAttribute("data-" + name); };
  var counts = JSON.parse(say("count"));
  var plural = new Intl.PluralRules(root.lang);
  var MOST_WORDS = 12;
  var PAGES_AT_ONCE = 8;
  var SECTIONS_OF_A_PAGE = 3;
  var round = 0;
  var index = null;

  function open() {
    if (!index) {
      index = import(new URL(say("index"), location.href).href).then(function (pagefind) {
        return pagefind.options({
          baseUrl: new URL(say("root"), location.href).pathname,
          excerptLength: 16,
          ranking: { metaWeights: { title: 5, aliases: 4, in_short: 1 } }
        }).then(function () { return pagefind; });
      });
      index.catch(function () { index = null; });
    }
    return index;
  }

  /* Pagefind wants all words on one page, but a question in a hurry has words too many: so each word
     is asked for as well, and a page counts for what it answers. A page without all the words
     stays only if it is not far behind the best. */
  function find(pagefind, query) {
    var questions = [query];
    var parts = query.split(/\s+/);
    if (parts.length > 1) questions = questions.concat(parts.slice(0, MOST_WORDS));
    return Promise.all(questions.map(function (one) { return pagefind.search(one); })).then(function (answers) {
      var pages = {};
      answers.forEach(function (answer, number) {
        answer.results.forEach(function (found) {
          var page = pages[found.id] || (pages[found.id] = { data: found.data, score: 0, hasAll: !number });
          page.score += found.score;
        });
      });
      var best = Object.keys(pages).map(function (id) { return pages[id]; });
      best.sort(function (one, other) { return other.score - one.score; });
      return best.filter(function (page) { return page.hasAll || page.score > best[0].score / 4; });
    });
  }

  function element(name, className, text) {
    var made = document.createElement(name);
    made.className = className;
    if (text) made.textContent = text;
    return made;
  }

  function link(className, url, text) {
    var made = element("a", className, text);
    made.href = url;
    return made;
  }

  /* Pagefind marks the words it found with <mark>; only that survives of its HTML. */
  function excerpt(html) {
    var made = element("p", "result-excerpt");
    var parsed = new DOMParser().parseFromString(html, "text/html").body;
    parsed.childNodes.forEach(function (node) {
      made.appendChild(node.nodeName === "MARK"
        ? element("mark", "", node.textContent) : document.createTextNode(node.textContent));
    });
    return made;
  }

  function result(page) {
    var item = element("li", "result");
    item.appendChild(link("result-title", page.url, page.meta.title));
    if (page.meta.in_short) item.appendChild(element("p", "result-short", page.meta.in_short));
    var sections = page.sub_results.filter(function (part) {
      return part.anchor && part.anchor.id !== "in-short";
    }).slice(0, SECTIONS_OF_A_PAGE);
    if (!page.meta.in_short && !sections.length) item.appendChild(excerpt(page.excerpt));
    if (sections.length) {
      var parts = element("ul", "result-parts");
      sections.forEach(function (part) {
        var line = element("li", "");
        line.appendChild(link("result-part", part.url, part.title));
        line.appendChild(excerpt(part.excerpt));
        parts.appendChild(line);
      });
      item.appendChild(parts);
    }
    return item;
  }

  function show(results, mine) {
    var batch = results.slice(0, PAGES_AT_ONCE);
    return Promise.all(batch.map(function (found) { return found.data(); })).then(function (pages) {
      if (mine !== round) return;
      pages.forEach(function (page) { list.appendChild(result(page)); });
      var rest = results.slice(PAGES_AT_ONCE);
      if (!rest.length) return;
      var item = element("li", "result-more");
      var more = element("button", "", say("more"));
      more.type = "button";
      more.addEventListener("click", function () {
        var last = item.previousSibling;
        item.remove();
        show(rest, mine).then(function () { last.nextSibling.querySelector("a").focus(); });
      });
      item.appendChild(more);
      list.appendChild(item);
    });
  }

  function search() {
    var query = words.value.trim();
    var mine = ++round;
    if (!query) {
      list.textContent = status.textContent = "";
      return;
    }
    status.textContent = say("loading");
    open().then(function (pagefind) {
      if (mine === round) return find(pagefind, query);
    }).then(function (pages) {
      if (mine !== round) return;
      var count = pages.length;
      list.textContent = "";
      status.textContent = count
        ? (counts[plural.select(count)] || counts.other).replace("{count}", count)
        : say("none").replace("{query}", query);
      return show(pages, mine);
    }).catch(function () {
      if (mine !== round) return;
      list.textContent = "";
      status.textContent = say("failed");
    });
  }

  var pause;
  words.addEventListener("input", function () {
    clearTimeout(pause);
    if (words.value.trim()) pause = setTimeout(search, 150);
    else search();
  });

  /* Arrows go through the links, Enter goes to the first one; Tab does what it always does. */
  dialog.addEventListener("keydown", function (event) {
    var links = Array.prototype.slice.call(list.querySelectorAll("a, button"));
    var here = links.indexOf(document.activeElement);
    var isTyping = document.activeElement === words;
    var next = null;
    if (event.key === "ArrowDown" && (isTyping || here >= 0)) next = links[here + 1];
    else if (event.key === "ArrowUp" && here >= 0) next = links[here - 1] || words;
    else if (event.key === "Enter" && isTyping) next = links[0];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });

  open().catch(function () { status.textContent = say("failed"); });
  search();
})();
