/* Answers a question, in the browser. scripts/handvat/search/index.py puts it before the data of a language, in one
   classic script. It stores no question, loads nothing and changes no page; search.js shows its answers.

   data.words     the words of the index, sorted; each begins with a capital letter, for how many letters it shares
                  with the one before (A none, B one)
   data.counts    on how many pages each word is
   data.deltas    which pages: the difference with the one before, less one
   data.marks     a character for each: 13 times the weight of the word in the fields of the page (0: only in its
                  text), plus the section that it is in most, from 1 (0: none)
   data.letters   Latin letters, with those of the language that they mean (null where it has Latin ones)
   data.danger    features (as words), with weights in quarters around 45, and kinds: 13 times the kind, plus how much the
                  feature speaks for it, in halves; statements, with their kinds. scripts/handvat/search/danger.py explains the scores
   Numbers are characters from # to ~ without \; the last one is followed by two, for numbers from 90. */
(function (data) {
  "use strict";
  var MOST_WORDS = 40, PIECE = 4;
  /* The weights of index.py, decoded from their steps; that of the text alone is below any field's. */
  var WEIGHTS = [0.6, 1, 3.3, 7.4, 13, 20.7, 29.8];
  var SECTIONS = 13;
  /* Words of the texts are cut to this many letters. */
  var CUT = 5;
  /* Other words with the same beginning count for a part, and pieces of words for less than words. */
  var BEGINNING = 4, SAME_BEGINNING = 0.6, PIECES = 0.25;
  /* A language model with Dirichlet smoothing (Zhai and Lafferty, 2004), by how much a word is expected on a page. */
  var SMOOTHING = 90, UNSEEN = 40, LENGTH = 0.7;
  /* Pages below this share of the best score are left out; of an unknown word, this share of the pieces must match. */
  var WEAKEST = 0.3, MOST_PAGES = 24, ENOUGH_PIECES = 0.6, NEAR = 0.95;
  /* A page for young people gets a bonus that grows with its share of the best score, from 0 at this one. */
  var OWN_PAGE = 2.5, OWN_NEAR = 0.55;
  /* A correction: a word of at least this many letters, that shares more than half of its pieces. */
  var SHORTEST = 4, ENOUGH_SHARED = 0.5, SEVERAL = 4;
  /* Words of a statement of danger within a longer question. */
  var SHORTEST_STATEMENT = 3, LONGEST_STATEMENT = 5;

  var codes = [];
  for (var code = 35; code < 127; code += 1) codes[code] = code - 35 - (code > 92);
  function value(text, at) { return codes[text.charCodeAt(at)]; }
  /* As scripts/handvat/search/tokens.py. */
  var SAME = { "ı": "i", "ß": "ss", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "ى": "ي", "ة": "ه", "ـ": "" };
  function fold(text) {
    return text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/[ıßłøæœىةـ]/g, function (one) { return SAME[one]; });
  }
  function wordsOf(text) {
    return (fold(text).match(/[\p{L}\p{N}]+/gu) || []).map(function (word) {
      return word.replace(/^(?:[وفبكل]?ال|لل)(?=[\p{L}\p{N}]{3})/u, "");
    });
  }
  function piecesOf(word) {
    var whole = "^" + word + "$";
    var found = [whole.slice(0, PIECE)];
    for (var start = 1; start <= whole.length - PIECE; start += 1) found.push(whole.slice(start, start + PIECE));
    return found;
  }

  function unpack(text) {
    var before = "";
    return (text.match(/[A-Z][^A-Z]*/g) || []).map(function (one) {
      before = before.slice(0, one.charCodeAt(0) - 65) + one.slice(1);
      return before;
    });
  }
  function numbers(text) {
    var at = 0;
    return function () {
      var one = value(text, at++);
      return one < 90 ? one : value(text, at++) * 90 + value(text, at++);
    };
  }
  var words = unpack(data.words);
  var number = new Map(words.map(function (word, index) { return [word, index]; }));
  var starts = [0], pages = [];
  var count = numbers(data.counts), delta = numbers(data.deltas);
  words.forEach(function () {
    for (var left = count(), page = -1; left > 0; left -= 1) {
      page += delta() + 1;
      pages.push(page);
    }
    starts.push(pages.length);
  });
  function weight(at) { return Math.floor(value(data.marks, at) / SECTIONS); }
  var lengths = data.pages.map(function () { return 0; });
  pages.forEach(function (page, at) { var of = weight(at); if (of) lengths[page] += WEIGHTS[of]; });
  var mean = lengths.reduce(function (sum, one) { return sum + one; }, 0) / (lengths.length || 1) || 1;
  lengths = lengths.map(function (one) { return Math.pow(one / mean || 1, LENGTH); });

  /* The words `typed`; those of Latin letters that are not in the index, in the letters of the language. */
  var latin = data.letters && new RegExp(Object.keys(data.letters).join("|"), "g");
  function inLetters(typed) {
    return typed.map(function (word) {
      if (!latin || number.has(word) || number.has(word.slice(0, CUT))) return word;
      return word.replace(latin, function (letters) { return data.letters[letters]; });
    });
  }

  /* All words in one text: a piece is looked up in it many times faster than in a list. */
  var all = "\n^" + words.join("$\n^") + "$\n", wordAt = new Map();
  words.reduce(function (place, word, index) {
    wordAt.set(place, index);
    return place + word.length + 3;
  }, 0);
  function wordsWith(text) {
    var found = [];
    for (var at = all.indexOf(text); at >= 0; at = all.indexOf(text, at + 1)) {
      var index = wordAt.get(all.lastIndexOf("\n", at));
      if (found[found.length - 1] !== index) found.push(index);
    }
    return found;
  }

  /* Each letter typed looks up all words of the question again, and changes only one of them. */
  function remembered(find) {
    var known = new Map();
    return function (key) {
      if (!known.has(key)) known.set(key, find(key));
      return known.get(key);
    };
  }
  /* Page → weight of the word in it, added to `into`. */
  function gather(into, index, factor, onlyFields) {
    for (var at = starts[index]; at < starts[index + 1]; at += 1) {
      var of = weight(at);
      if (of || !onlyFields) into.set(pages[at], (into.get(pages[at]) || 0) + factor * WEIGHTS[of]);
    }
    return into;
  }
  /* Page → score, of the weights `found`. */
  function scored(found) {
    var whole = 0, scores = new Map();
    found.forEach(function (one) { whole += one; });
    found.forEach(function (one, page) {
      scores.set(page, Math.log(1 + SMOOTHING * one / (whole - one + UNSEEN) / lengths[page]));
    });
    return scores;
  }
  var ofPiece = remembered(function (piece) {
    return scored(wordsWith(piece).reduce(function (into, index) { return gather(into, index, 1, true); }, new Map()));
  });
  var ofWord = remembered(function (word) {
    var index = number.get(word);
    if (index === undefined) index = number.get(word.slice(0, CUT));
    var found = index === undefined ? new Map() : gather(new Map(), index, 1);
    var similar = word.length < BEGINNING ? [] : wordsWith("\n^" + word.slice(0, BEGINNING));
    similar.forEach(function (other) { if (other !== index) gather(found, other, SAME_BEGINNING); });
    /* To tell sections apart, and whether the word is known, a longer beginning has to be the same. */
    var near = similar.filter(function (other) { return words[other].slice(0, CUT) === word.slice(0, CUT); });
    return { scores: scored(found), indexes: index === undefined ? near : [index].concat(near) };
  });

  /* Which section of a page the words of the question are in most; those of few pages tell more. */
  function sectionsOf(indexes) {
    var votes = data.pages.map(function () { return []; });
    indexes.forEach(function (index) {
      var rare = Math.log(data.pages.length / (starts[index + 1] - starts[index]));
      for (var at = starts[index]; at < starts[index + 1]; at += 1) {
        var of = votes[pages[at]], section = value(data.marks, at) % SECTIONS;
        if (section) of[section] = (of[section] || 0) + rare * rare;
      }
    });
    return function (page) {
      var best = 0;
      votes[page].forEach(function (vote, section) { if (!best || vote > votes[page][best]) best = section; });
      return best && (data.sections[page] || [])[best - 1];
    };
  }

  function first(chosen, pages) {
    return chosen.concat(pages.filter(function (page) { return chosen.indexOf(page) < 0; }));
  }

  /* Whether a word is a complete, correct one, not cut and not a misspelling in a sample question: it is in a heading
     too, or in the search words of several pages. */
  function isWritten(index) {
    var many = 0;
    for (var at = starts[index]; at < starts[index + 1]; at += 1) {
      if (weight(at)) many += value(data.marks, at) % SECTIONS ? SEVERAL : 1;
    }
    return many >= SEVERAL;
  }
  function nearest(word) {
    var parts = piecesOf(word), shared = new Map(), most = ENOUGH_SHARED, best = "";
    parts.forEach(function (piece) {
      wordsWith(piece).forEach(function (index) { shared.set(index, (shared.get(index) || 0) + 1); });
    });
    shared.forEach(function (many, index) {
      var alike = 2 * many / (parts.length + piecesOf(words[index]).length);
      if (alike > most && words[index].length >= SHORTEST && isWritten(index)) {
        most = alike;
        best = words[index];
      }
    });
    return best;
  }

  var features = new Map(unpack(data.danger.features).map(function (name, index) { return [name, index]; }));
  var statements = new Map(unpack(data.danger.statements).map(function (text, index) {
    return [text, value(data.danger.of_statements, index)];
  }));
  /* The kind of danger that a few words of the question state as they are; undefined where none do. */
  function stated(asked) {
    if (statements.has(asked.join(" "))) return statements.get(asked.join(" "));
    for (var many = LONGEST_STATEMENT; many >= SHORTEST_STATEMENT; many -= 1) {
      for (var at = 0; at + many <= asked.length; at += 1) {
        var words = asked.slice(at, at + many).join(" ");
        if (statements.has(words)) return statements.get(words);
      }
    }
    return undefined;
  }
  function classify(asked) {
    var statement = stated(asked), isWhole = statements.has(asked.join(" "));
    var found = new Set();
    asked = asked.map(function (word) { return word.replace(/^\d\d$/, "#"); });
    asked.forEach(function (word, index) {
      found.add("=" + word);
      if (index) found.add(asked[index - 1] + " " + word);
      piecesOf(word).forEach(function (piece) { found.add(piece); });
    });
    var danger = 0, own = 0, count = 0, kinds = data.danger.kinds.map(function () { return 0; });
    found.forEach(function (name) {
      var index = features.get(name);
      if (index === undefined) return;
      /* Pieces of a word mean nearly the same. */
      var share = name[0] === "=" || name.indexOf(" ") > 0 ? 1 : 0.5;
      count += share;
      danger += share * (value(data.danger.weights, index) - 45) / 4;
      own += share * (value(data.danger.own_weights, index) - 45) / 4;
      var mark = value(data.danger.of_kinds, index);
      kinds[Math.floor(mark / SECTIONS)] += (mark % SECTIONS) / 2;
    });
    var kind = kinds.indexOf(Math.max.apply(null, kinds));
    danger /= Math.sqrt(count + 5);
    /* Unless the rest of the sentence says otherwise: a song, a joke. */
    if (statement !== undefined && (isWhole || danger > 0)) {
      danger = Infinity;
      kind = statement;
    }
    return {
      danger: danger > data.danger.bounds[0] ? "sure" : danger > data.danger.bounds[1] ? "likely" : "",
      kind: data.danger.kinds[kind],
      own: own / Math.sqrt(count + 5) - data.danger.bounds[2]
    };
  }

  return {
    doors: data.doors,
    contacts: data.danger.contacts,
    /* danger: "sure", "likely" or ""; kind: what to do first; own: above 0 where a young person speaks of themself. */
    classify: function (query) { return classify(inLetters(wordsOf(query).slice(0, MOST_WORDS))); },
    /* pages: url, title, excerpt, language (of a fallback page) and section (id and heading, or nothing), best first;
       isKnown: whether the index has most of the words; unknown: those that it does not; classified: as of `classify`. */
    find: function (query) {
      var typed = wordsOf(query).slice(0, MOST_WORDS), asked = inLetters(typed);
      var classified = classify(asked);
      var scores = data.pages.map(function () { return 0; });
      function inOrder(pages) { return pages.sort(function (one, other) { return scores[other] - scores[one] || one - other; }); }
      var pieces = new Set(), indexes = [], unknown = [], matches = data.pages.map(function () { return 0; });
      Array.from(new Set(asked)).forEach(function (word) {
        var known = ofWord(word), parts = piecesOf(word), hits = new Map();
        indexes = indexes.concat(known.indexes);
        parts.forEach(function (piece) {
          ofPiece(piece).forEach(function (score, page) {
            hits.set(page, (hits.get(page) || 0) + 1);
            if (!pieces.has(piece)) scores[page] += PIECES * score;
          });
          pieces.add(piece);
        });
        known.scores.forEach(function (score, page) {
          hits.set(page, parts.length);
          scores[page] += score;
        });
        hits.forEach(function (many, page) { matches[page] += many >= ENOUGH_PIECES * parts.length; });
        if (!known.indexes.length && typed.indexOf(word) >= 0) unknown.push(word);
      });
      var order = inOrder(data.pages.map(function (page, index) { return index; }).filter(function (page) { return matches[page]; }));
      var best = order.length ? scores[order[0]] : 0;
      order = order.filter(function (page) { return scores[page] >= best * WEAKEST; }).slice(0, MOST_PAGES);
      /* Where others answer nearly as well, what to do now comes first. */
      order = first(order.filter(function (page) { return scores[page] >= best * NEAR && data.first.indexOf(page) >= 0; }), order);
      /* A young person who speaks of themself finds a page for young people first. */
      var own = inOrder(data.own.slice())[0];
      if (own !== undefined && classified.own + OWN_PAGE * (scores[own] / best - OWN_NEAR) > 0) order = first([own], order);
      var sectionOf = sectionsOf(indexes);
      return {
        isKnown: asked.length > 0 && unknown.length * 2 < asked.length,
        unknown: unknown,
        classified: classified,
        pages: order.map(function (page) {
          var shown = data.pages[page];
          return { url: shown[0], title: shown[1], excerpt: shown[2], language: shown[3] || "", section: sectionOf(page) };
        })
      };
    },
    /* The written word that was meant by `word`; "" where it is known, or none is near. */
    meant: function (word) {
      var typed = fold(word);
      return typed.length < SHORTEST || number.has(typed) ? "" : nearest(typed);
    },
    /* The question with `meant` in place of `word`, which lacks the accents that were typed. */
    corrected: function (query, word, meant) {
      return query.toLowerCase().replace(/[\p{L}\p{M}\p{N}]+/gu, function (typed) {
        return wordsOf(typed)[0] === word ? meant : typed;
      });
    }
  };
})
