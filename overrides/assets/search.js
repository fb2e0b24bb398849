/* Searching in the language of the page, and when asked for in those that know more. Pagefind (loaded
   here, from this site) keeps one index per language. Nothing that is typed goes into an address, into
   storage or to a server; texts from the index enter the page as text, never as HTML. */
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
  var others = JSON.parse(say("others") || "[]");
  var MOST_WORDS = 12;
  /* With no more hits than this the reader is offered the other languages. */
  var FEW_PAGES = 3;
  /* The best score of an answer: below the one it is to another word (see ask), below the other it
     may be to a beginning of the word. */
  var WHOLE_WORD = 0.01;
  var SURE_WORD = 0.3;
  /* A word that nothing answers is asked for again without its last letters: endings, where Pagefind
     knows none (Ukrainian) or not all (Turkish), and slips of the finger at the end. */
  var SHORTEST_WORD = 4;
  var MOST_LETTERS_LESS = 3;
  /* What a page shows takes some kilobytes: the first hits must not wait for those that few look at. */
  var FIRST_PAGES = 3;
  var PAGES_AT_ONCE = 8;
  /* Where the number of pages of an index is not to be had: only the order of hits hangs on it. */
  var USUAL_PAGES = 100;
  var SECTIONS_OF_A_PAGE = 3;
  /* What a word in a field of a page counts for, against about 1 in its text. */
  var FIELDS = { title: 4, latin_title: 8, aliases: 4, in_short: 1 };
  /* How far a word may be from the one that was meant: slips in five letters, and in more. */
  var SLIPS = 1;
  var SLIPS_IN_LONG = 2;
  var LONG_WORD = 6;
  /* Milliseconds after which what got lost on the way is asked for again. */
  var PAUSES = [300, 1500];
  var first = dialog.querySelector(".search-first");
  var round = 0;
  var indexes = {};
  var files = {};
  var lost = {};

  /* Does `job`, and once more after each of `pauses` while that fails: a connection that goes and comes must not
     look like a question without an answer. */
  function again(job, pauses) {
    return job().catch(function (error) {
      if (!pauses.length) throw error;
      return new Promise(function (done) { setTimeout(done, pauses[0]); }).then(function () {
        return again(job, pauses.slice(1));
      });
    });
  }

  /* Pagefind 1.5 takes a piece of its index that does not come for one without the word, tells nobody, and does not
     ask for it again. So what it fetches is watched: `lost` counts for each index what did not come, or came as
     something else (after a new edition the old pieces are gone). */
  var fetchAny = window.fetch;
  window.fetch = function (address) {
    var answer = fetchAny.apply(window, arguments);
    var index = /^(.*\/)(?:index\/[^/]+\.pf_index|pagefind\.[^/]+\.pf_meta)$/.exec(String(address));
    return !index ? answer : answer.then(function (whole) {
      if (!whole.ok) throw new Error(whole.status);
      return whole.arrayBuffer();
    }).then(function (bytes) {
      return new Response(bytes);
    }).catch(function (error) {
      var folder = new URL(index[1], location.href).href;
      lost[folder] = (lost[folder] || 0) + 1;
      throw error;
    });
  };

  /* What the site knows beside the index (scripts/handvat/search/index.py). Search works without it. */
  function get(address, name) {
    var url = new URL(name, new URL(address, location.href)).href;
    if (!files[url]) {
      files[url] = again(function () {
        return fetch(url).then(function (answer) {
          if (!answer.ok) throw new Error(answer.status);
          return answer.json();
        });
      }, PAUSES);
      files[url].catch(function () { delete files[url]; });
    }
    return files[url];
  }
  function getHelp(address) {
    return get(address, "handvat.json").catch(function () {
      return { danger: { words: [], contacts: [] }, doors: [], pages: USUAL_PAGES };
    });
  }

  function fold(words) {
    return words.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/ı/g, "i");
  }

  function open(address) {
    if (!indexes[address]) {
      var script = new URL(address, location.href).href;
      var folder = new URL(".", script).href;
      indexes[address] = Promise.all([getHelp(address), import(script)]).then(function (both) {
        var before = lost[folder];
        var pagefind = both[1].createInstance({
          baseUrl: new URL(say("root"), location.href).pathname,
          excerptLength: 16,
          /* Its worker is one more request of 13 KB, for work of some milliseconds. */
          noWorker: true,
          /* Whole words rather than words that begin with them. Fields are weighed below: Pagefind
             1.5 cubes theirs by the number of words that begin with what is asked, so that a page
             with the search words "open, opeens, opa" would answer "op". */
          ranking: { termSimilarity: 8, pageLength: 1, metaWeights: { title: 0, latin_title: 0, aliases: 0, in_short: 0 } }
        });
        return {
          count: both[0].pages,
          search: function (word) {
            return pagefind.search(word).then(function (answer) {
              if (lost[folder] !== before) throw new Error("a piece of the index is missing");
              return answer;
            });
          }
        };
      });
      indexes[address].catch(function () { delete indexes[address]; });
    }
    return indexes[address];
  }

  /* Does `job` with an index, and again with one that is opened anew where a piece of it, or of what it shows, got
     lost; not where `isOver` says that nobody waits any more. */
  function withIndex(address, job, isOver) {
    return again(function () {
      var index = open(address);
      return index.then(job).catch(function (error) {
        if (indexes[address] === index) delete indexes[address];
        if (!isOver()) throw error;
      });
    }, PAUSES);
  }

  /* `doubts` gets the words that the index does not know, and those that only a field may have. */
  function ask(pagefind, word, lettersLess, doubts) {
    return pagefind.search(word).then(function (answer) {
      /* To a word it does not know Pagefind 1.5 answers with words that begin it: "on" for
         "onzinwoord". Such an answer gives itself away: no page scores what a whole word scores,
         nor the nothing of a word that stands in search words alone. */
      var best = answer.results.reduce(function (most, one) { return Math.max(most, one.score); }, 0);
      var found = best > 0 && best < WHOLE_WORD ? [] : answer.results;
      var canShorten = lettersLess < MOST_LETTERS_LESS && word.length > SHORTEST_WORD && word[0] !== '"';
      if (best < SURE_WORD && !lettersLess && word[0] !== '"') {
        (!best && answer.results.length ? doubts.unsure : doubts.unknown).push(word);
      }
      return found.length || !canShorten ? found : ask(pagefind, word.slice(0, -1), lettersLess + 1, doubts);
    });
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
    var doubts = { unknown: [], unsure: [] };
    return Promise.all(parts.concat(pairs).map(function (one) {
      return ask(pagefind, one, 0, doubts);
    })).then(function (answers) {
      var pages = {};
      answers.forEach(function (answer, number) {
        var isWord = number < parts.length;
        var many = answer.length;
        var rarity = Math.sqrt(Math.log(1 + (pagefind.count - many + 0.5) / (many + 0.5)));
        answer.forEach(function (found) {
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
      return {
        doubts: doubts,
        pages: best.filter(function (page) {
          return page.words === parts.length || page.score > best[0].score / 4;
        })
      };
    });
  }

  /* Letters left out, put in, changed or swapped on the way from one word to the other (optimal string
     alignment); more than `most` is not counted on. */
  function distance(one, other, most) {
    if (Math.abs(one.length - other.length) > most) return most + 1;
    var before = [], last = [], row = [];
    for (var j = 0; j <= other.length; j += 1) last[j] = j;
    for (var i = 1; i <= one.length; i += 1) {
      row = [i];
      for (j = 1; j <= other.length; j += 1) {
        var cost = one[i - 1] === other[j - 1] ? 0 : 1;
        row[j] = Math.min(row[j - 1] + 1, last[j] + 1, last[j - 1] + cost);
        if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) {
          row[j] = Math.min(row[j], before[j - 2] + 1);
        }
      }
      if (Math.min.apply(null, row) > most) return most + 1;
      before = last;
      last = row;
    }
    return last[other.length];
  }

  function nearest(word, known) {
    var typed = fold(word);
    var most = typed.length < LONG_WORD ? SLIPS : SLIPS_IN_LONG;
    var best = null;
    known.folded.forEach(function (candidate, number) {
      var far = distance(typed, candidate, most);
      if (far <= most) {
        most = far - 1;
        best = known[number];
      }
    });
    return best;
  }

  /* Above the hits, and before them: who to call when the words mean danger. */
  function showDanger(query, known) {
    first.textContent = "";
    var asked = " " + fold(query);
    if (known.danger.words.some(function (word) { return asked.indexOf(" " + word) >= 0; })) {
      var box = element("div", "search-danger");
      box.appendChild(element("p", "", say("danger")));
      known.danger.contacts.forEach(function (contact) {
        var call = link("contact-number", "tel:" + contact.tel, contact.dial);
        call.dir = "ltr";
        var line = element("p", "search-call");
        line.appendChild(call);
        line.appendChild(document.createTextNode(" "));
        line.appendChild(element("span", "", contact.what));
        box.appendChild(line);
      });
      first.appendChild(box);
    }
  }

  /* What may have been meant by words that the index does not know. All words of a language weigh some
     kilobytes, so they come only now. */
  function showMeant(unknown, mine) {
    var typed = unknown.filter(function (word) { return word.length >= SHORTEST_WORD; });
    if (!typed.length) return Promise.resolve();
    return get(say("index"), "words.json").then(function (known) {
      if (mine !== round) return;
      known.folded = known.folded || known.map(fold);  // once, not at every letter that is typed
      typed.some(function (word) {
        var meant = known.folded.indexOf(fold(word)) < 0 && nearest(word, known);
        if (meant) first.appendChild(offer(word, meant));
        return meant;
      });
    }).catch(function () { /* then nothing is suggested */ });
  }

  /* Those of `words` that stand in no field of `pages`, its title or its search words: that can be told
     without fetching all words. */
  function inNoField(words, pages) {
    var fields = " " + fold(pages.map(function (page) { return Object.values(page.meta).join(" "); }).join(" "));
    return words.filter(function (word) { return fields.indexOf(" " + fold(word)) < 0; });
  }

  function offer(word, meant) {
    var parts = say("meant").split("{word}");
    var line = element("p", "search-meant", parts[0]);
    var button = element("button", "", meant);
    button.type = "button";
    button.addEventListener("click", function () {
      words.value = words.value.toLowerCase().replace(word, meant);
      words.focus();
      search();
    });
    line.appendChild(button);
    line.appendChild(document.createTextNode(parts[1]));
    return line;
  }

  /* Nothing found: the doors of the home page, behind one of which everybody can begin. */
  function showDoors(doors) {
    if (!doors.length) return;
    list.appendChild(element("li", "doors-head", say("doors")));
    doors.forEach(function (door) {
      var item = element("li", "door");
      item.appendChild(link("door-title", new URL(door.url, new URL(say("root"), location.href)).href, door.title));
      list.appendChild(item);
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

  /* Pagefind marks the words it found with <mark> and escapes the rest; only that is understood here. */
  var SIGNS = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&#x27;": "'", "&amp;": "&" };
  function excerpt(html) {
    var made = element("p", "result-excerpt");
    html.split(/<\/?mark>/).forEach(function (piece, number) {
      var text = piece.replace(/&(?:lt|gt|quot|amp|#39|#x27);/g, function (sign) { return SIGNS[sign]; });
      made.appendChild(number % 2 ? element("mark", "", text) : document.createTextNode(text));
    });
    return made;
  }

  function result(page, other) {
    var item = element("li", "result");
    if (other) {
      item.lang = other.code;
      item.dir = other.direction;
    }
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

  function pagesOf(results) {
    return Promise.all(results.map(function (found) { return found.data(); }));
  }

  function addPages(pages, other) {
    pages.forEach(function (page) { list.appendChild(result(page, other)); });
  }

  /* `begin` is called with the first pages, before they are shown: what stood in the list leaves it then, not while
     the new ones are on their way. */
  function show(results, mine, begin) {
    return pagesOf(results.slice(0, FIRST_PAGES)).then(function (pages) {
      if (mine !== round) return [];
      begin(pages);
      addPages(pages);
      return pagesOf(results.slice(FIRST_PAGES, PAGES_AT_ONCE));
    }).then(function (pages) {
      if (mine !== round) return;
      addPages(pages);
      var rest = results.slice(PAGES_AT_ONCE);
      if (!rest.length) return;
      var item = element("li", "result-more");
      var more = element("button", "", say("more"));
      more.type = "button";
      more.addEventListener("click", function () {
        var last = item.previousSibling;
        more.disabled = true;
        show(rest, mine, function () { item.remove(); }).then(function () {
          if (mine === round) last.nextSibling.querySelector("a").focus();
        }).catch(function () {
          if (mine !== round) return;
          delete indexes[say("index")];
          asked = "";
          search();
        });
      });
      item.appendChild(more);
      list.appendChild(item);
    });
  }

  /* In the other languages, below the reader's own, each under its name and marked as what it is. */
  function askOthers(query, mine, item) {
    return Promise.all(others.map(function (other) {
      return withIndex(other.index, function (pagefind) {
        return find(pagefind, query).then(function (found) {
          return pagesOf(found.pages.slice(0, PAGES_AT_ONCE));
        });
      }, function () { return mine !== round; });
    })).then(function (answers) {
      if (mine !== round) return;
      item.remove();
      answers.forEach(function (pages, number) {
        var other = others[number];
        if (!pages.length) return;
        var head = element("li", "result-language", other.name);
        head.lang = other.code;
        head.dir = other.direction;
        list.appendChild(head);
        addPages(pages, other);
      });
      var first = list.querySelector(".result-language + .result a");
      if (first) first.focus();
      else status.textContent = say("others-none");
    }).catch(function () {
      if (mine === round) status.textContent = say("failed");
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

  var asked = "";
  var answered = 0;
  var pause = 0;
  /* Hits that stand there while others are on their way are marked as such. */
  function markBusy() {
    if (pause || answered !== round) list.setAttribute("aria-busy", "true");
    else list.removeAttribute("aria-busy");
  }

  function search() {
    var query = words.value.trim();
    /* The same question twice would put the same hits in place of those that a finger is about to touch. */
    if (query && query === asked) {
      markBusy();
      return;
    }
    asked = query;
    var mine = ++round;
    if (!query) {
      list.textContent = status.textContent = first.textContent = "";
      answered = mine;
      markBusy();
      return;
    }
    markBusy();
    status.textContent = say("loading");
    var help = getHelp(say("index"));
    /* Who to call does not wait for the index. */
    help.then(function (known) {
      if (mine === round) showDanger(query, known);
    });
    withIndex(say("index"), function (pagefind) {
      return Promise.all([find(pagefind, query), help]).then(function (answers) {
        if (mine !== round) return;
        var found = answers[0], known = answers[1];
        var count = found.pages.length;
        var meant;
        return show(found.pages, mine, function (pages) {
          list.textContent = "";
          showDanger(query, known);
          meant = showMeant(found.doubts.unknown.concat(inNoField(found.doubts.unsure, pages)), mine);
          status.textContent = count
            ? (counts[plural.select(count)] || counts.other).replace("{count}", count)
            : say("none").replace("{query}", query);
        }).then(function () {
          if (mine !== round) return;
          if (others.length && count <= FEW_PAGES) offerOthers(query, mine);
          if (!count) showDoors(known.doors);
          return meant;
        });
      });
    }, function () { return mine !== round; }).catch(function () {
      if (mine !== round) return;
      asked = "";
      list.textContent = "";
      status.textContent = say("failed");
    }).then(function () {
      if (mine === round) answered = mine;
      markBusy();
    });
  }

  words.addEventListener("input", function () {
    clearTimeout(pause);
    pause = 0;
    if (words.value.trim()) {
      pause = setTimeout(function () {
        pause = 0;
        search();
      }, 150);
    } else {
      search();
    }
    markBusy();
  });

  /* The question stays with this entry of the history alone: Back then brings the hits again
     (handvat.js), in this tab, until the window is closed. */
  dialog.addEventListener("click", function (event) {
    if (event.target.closest(".search-results a")) history.replaceState({ search: words.value }, "");
  }, true);

  /* Arrows go through the links, Enter goes to the first one; Tab does what it always does. */
  dialog.addEventListener("keydown", function (event) {
    var links = Array.prototype.slice.call(dialog.querySelectorAll(".search-first a, .search-first button, .search-results a, .search-results button"));
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

  withIndex(say("index"), function () { /* only to have it ready */ }, function () { return asked; }).catch(function () {
    if (!asked) status.textContent = say("failed");
  });
  search();
})();
