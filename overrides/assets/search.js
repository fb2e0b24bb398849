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
  /* What a word in a field of a page counts for, against about 1 in its text. */
  var FIELDS = { title: 4, aliases: 4, in_short: 1 };
  var round = 0;
  var index = null;

  function open() {
    if (!index) {
      index = import(new URL(say("index"), location.href).href).then(function (pagefind) {
        return pagefind.options({
          baseUrl: new URL(say("root"), location.href).pathname,
          excerptLength: 16,
          /* Whole words rather than words that begin with them. Fields are weighed below: Pagefind
             1.5 cubes theirs by the number of words that begin with what is asked, so that a page
             with the search words "open, opeens, opa" would answer "op". */
          ranking: { termSimilarity: 8, pageLength: 1, metaWeights: { title: 0, aliases: 0, in_short: 0 } }
        }).then(function () { return pagefind.search(null); }).then(function (all) {
          return { search: pagefind.search, count: all.results.length };
        });
      });
      index.catch(function () { index = null; });
    }
    return index;
  }

  /* Pagefind wants all words on one page, but a question in a hurry has words too many. So each word
     is asked for alone, and each two that follow each other, and a page counts for what it answers:
     more for what few pages have, so that "ik", "de" or "hoe" weigh nothing in any language. A page
     without all the words stays only if it is not far behind the best. */
  function find(pagefind, query) {
    var parts = query.toLowerCase().split(/[\s"]+/).filter(Boolean).slice(0, MOST_WORDS);
    var pairs = parts.slice(1).map(function (word, before) {
      return '"' + parts[before] + " " + word + '"';
    });
    parts = Array.from(new Set(parts));
    return Promise.all(parts.concat(pairs).map(function (one) {
      return pagefind.search(one);
    })).then(function (answers) {
      var pages = {};
      answers.forEach(function (answer, number) {
        var isWord = number < parts.length;
        var many = answer.results.length;
        var rarity = Math.sqrt(Math.log(1 + (pagefind.count - many + 0.5) / (many + 0.5)));
        answer.results.forEach(function (found) {
          var page = pages[found.id] || (pages[found.id] = { data: found.data, score: 0, words: 0 });
          var fields = found.matchedMetaFields || [];
          page.words += isWord;
          if (isWord) {
            page.score += found.score;
            fields.forEach(function (field) { page.score += rarity * (FIELDS[field] || 0); });
          } else {
            page.score += rarity * (fields.length ? 2 : 1);
          }
        });
      });
      var best = Object.keys(pages).map(function (id) { return pages[id]; });
      best.sort(function (one, other) { return other.score - one.score; });
      return best.filter(function (page) {
        return page.words === parts.length || page.score > best[0].score / 4;
      });
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
