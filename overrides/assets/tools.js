/* What the tools do beyond being read: print, copy, clear, gather what was ticked, practise a talk.
   Nothing is sent and nothing is stored: what was ticked or typed is gone when the page is left, also
   when the browser restores the page. Without this script every tool is a text with boxes and
   fields, and the links of a talk jump. A classic script: it also runs from file://. */
(function () {
  "use strict";
  var article = document.querySelector("[data-tool]");
  var form = document.getElementById("_tool");
  var status = form.querySelector(".tool-status");
  var tool = article.getAttribute("data-tool");
  var say = function (name) { return form.getAttribute("data-" + name); };
  var list = function (selector, inside) {
    return Array.prototype.slice.call((inside || article).querySelectorAll(selector));
  };
  function add(parent, name, text, className) {
    var made = parent.appendChild(document.createElement(name));
    if (text) made.textContent = text;
    if (className) made.className = className;
    return made;
  }
  function words(element) {
    var copy = element.cloneNode(true);
    list(".cite, [aria-hidden=true]", copy).forEach(function (part) { part.remove(); });
    return copy.textContent.replace(/\s+/g, " ").replace(/ ([.,;:!?])/g, "$1").trim();
  }
  function value(field) { return field.type === "checkbox" ? field.checked : field.value.trim(); }

  /* On paper an empty cell of a table is filled in with a pen; here it can be typed in. */
  list("td:empty").forEach(function (cell) {
    var label = add(cell, "label", "", "field");
    add(label, "span", words(cell.closest("table").rows[0].cells[cell.cellIndex]), "field-label");
    add(label, "span", ": " + words(cell.parentNode.cells[0]), "visually-hidden");
    var input = add(label, "input");
    input.autocomplete = "off";
    input.setAttribute("form", form.id);
  });
  var fields = Array.prototype.slice.call(form.elements).filter(function (field) {
    return field.type !== "button" && field.type !== "reset";
  });

  /* A field shows only as much as fits into it. A copy of what is typed is behind it: on a screen it
     gives a field of many lines its height, and on paper it is the text. */
  fields.forEach(function (field) {
    if (field.type === "checkbox") return;
    var frame = document.createElement("span");
    frame.className = "fill";
    field.parentNode.insertBefore(frame, field);
    frame.appendChild(field);
    add(frame, "span", "", "typed").setAttribute("aria-hidden", "true");
  });

  /* The signal checklist gathers what was ticked, kind by kind, with the next step of each kind.
     It counts nothing. Only that it exists is announced, once: the box itself announces the rest. */
  var summary = article.querySelector("[data-section=summary]");
  var gathered = null;
  if (tool === "signal-checklist" && summary) {
    gathered = document.createElement("div");
    gathered.className = "gathered";
    summary.insertBefore(gathered, summary.querySelector(".field"));
    /* A link to it, at the bottom edge of the list for as long as that is on the screen. */
    var way = add(article.querySelector("[data-section=checklist]"), "p", "", "tool-buttons ticked");
    add(way, "a", say("to-summary")).href = "#" + summary.getAttribute("data-section");
  }
  function gather() {
    var had = gathered.querySelector("ul");
    gathered.textContent = "";
    add(gathered, "h3", say("summary"));
    list(".part").forEach(function (part) {
      var ticked = list(".tick", part).filter(function (item) { return item.querySelector(":checked"); });
      if (!ticked.length) return;
      add(gathered, "h4", words(part.querySelector("h3")));
      var items = add(gathered, "ul");
      ticked.forEach(function (item) { add(items, "li", words(item)); });
      list(".block-next", part).forEach(function (block) {
        var copy = gathered.appendChild(block.cloneNode(true));
        list(".cite", copy).forEach(function (mark) { mark.remove(); });
      });
    });
    var has = gathered.querySelector("ul");
    if (!has) add(gathered, "p", say("summary-none"));
    way.hidden = !has;
    if (!had !== !has) status.textContent = has ? say("summary-ready") : "";
  }

  function refresh() {
    list(".typed").forEach(function (typed) {
      /* A line break at the end begins a new line: the space gives it a height. */
      typed.textContent = typed.previousSibling.value && typed.previousSibling.value + " ";
    });
    if (gathered) gather();
    article.toggleAttribute("data-filled", fields.some(value));
  }
  function clear() {
    form.reset();
    refresh();
    status.textContent = "";
  }
  article.addEventListener("input", refresh);

  /* Nothing that was filled in is lost by accident: while something is, links open in a new tab, and leaving the page
     needs confirmation once. Quick exit (handvat.js, which marks the page as gone) never asks. */
  article.addEventListener("click", function (event) {
    var link = event.target.closest("a[href]");
    if (!link || link.origin !== location.origin) return;
    var leaves = link.pathname !== location.pathname;
    if (leaves && fields.some(value)) link.target = "_blank";
    else link.removeAttribute("target");
  }, true);
  addEventListener("beforeunload", function (event) {
    if (document.documentElement.className !== "gone" && fields.some(value)) event.preventDefault();
  });
  form.addEventListener("submit", function (event) { event.preventDefault(); });

  /* As text, for a report or a message: the text of the page, with what was filled in. */
  function write(element, lines) {
    if (element.matches(".tool, .cite, .block-label, [hidden]")) return;
    if (element.matches(".field")) {
      var given = value(element.querySelector("input, textarea"));
      if (given) lines.push(words(element.querySelector(".field-label")) + ": " + given);
    } else if (element.matches(".tick")) {
      lines.push((element.querySelector(":checked") ? "[x] " : "[ ] ") + words(element));
    } else if (element.matches("h1, h2, h3, h4")) {
      if (tool !== "parent-letter") lines.push("", words(element));
    } else if (element.matches("tr")) {
      lines.push(Array.prototype.map.call(element.cells, function (cell) {
        return cell.querySelector("input") ? value(cell.querySelector("input")) : words(cell);
      }).join(" | "));
    } else if (element.matches("p, li") && !element.querySelector("p, ul, .field")) {
      lines.push((element.matches("li") ? "- " : "") + words(element));
    } else {
      Array.prototype.forEach.call(element.children, function (child) { write(child, lines); });
      if (element.matches("ul, ol, .block")) lines.push("");
    }
  }
  function text() {
    var lines = [];
    var parts = gathered ? [gathered].concat(list(".field", summary))
      : list(".section").filter(function (section) { return section.querySelector("input, textarea"); });
    [article.querySelector("h1")].concat(parts).forEach(function (part) { write(part, lines); });
    return lines.join("\n").replace(/\n{3,}/g, "\n\n").trim() + "\n";
  }

  var copier = form.querySelector(".tool-copy");
  var clearer = form.querySelector("[type=reset]");
  /* Browsers give the clipboard to https pages only; from a file the old way still works. */
  function copyByHand(written) {
    var area = add(form, "textarea", "", "visually-hidden");
    area.value = written;
    area.select();
    var done = document.execCommand("copy");
    area.remove();
    copier.focus();
    status.textContent = say(done ? "copied" : "not-copied");
  }
  copier.addEventListener("click", function () {
    if (!fields.some(value)) {
      status.textContent = say("nothing");
      return;
    }
    var written = text();
    if (!navigator.clipboard) copyByHand(written);
    else navigator.clipboard.writeText(written).then(function () {
      status.textContent = say("copied");
    }, function () { copyByHand(written); });
  });
  clearer.addEventListener("click", function (event) {
    event.preventDefault();
    clear();
    status.textContent = say("cleared");
  });
  copier.hidden = clearer.hidden = !fields.length;
  function print() {
    window.print();
    status.textContent = say("printed");
  }
  list(".tool-print").forEach(function (printer) { printer.addEventListener("click", print); });
  /* The buttons follow the last thing to do; printing an empty sheet starts at the top. */
  var last = list(".section").filter(function (section) {
    return section.querySelector("input, textarea, .card, .part");
  }).pop();
  if (last) last.parentNode.insertBefore(form, last.nextSibling);

  /* Practising a talk: one step at a time. A choice is a link to a step, so Back takes it back. */
  var talks = tool !== "conversation-practice" ? [] : list(".section").filter(function (section) {
    return section.querySelector(".part a[href^='#']");
  }).map(function (section, number) {
    var parts = list(".part", section);
    /* The steps that lead on to the end, which is the last; the other parts are answers. */
    var steps = parts.filter(function (part) { return !/-[a-z]$/.test(part.getAttribute("data-part")); });
    var count = document.createElement("p");
    var trail = document.createElement("div");
    var ways = add(section, "p", "", "tool-buttons");
    var next = add(ways, "a");
    var again = add(ways, "a", say("again"));
    var whole = add(ways, "button", say("whole"));
    var talk = { section: section };
    trail.className = "trail";
    count.className = "small-title";
    section.insertBefore(trail, parts[0]);
    section.insertBefore(count, parts[0]);
    again.href = "#" + parts[0].getAttribute("data-part");
    whole.type = "button";
    whole.addEventListener("click", function () {
      talk.isWhole = !talk.isWhole;
      talk.draw();
    });
    talk.draw = function () {
      var here = talk.path[talk.path.length - 1];
      var said = talk.isWhole ? [] : talk.path.map(function (part) { return part.said; }).filter(Boolean);
      parts.forEach(function (part) { part.hidden = part !== here && !talk.isWhole; });
      var step = steps.filter(function (part) { return parts.indexOf(part) <= parts.indexOf(here); }).length;
      count.textContent = say("step").replace("{step}", step).replace("{all}", steps.length - 1);
      count.hidden = talk.isWhole || step === steps.length;
      var title = talks[(number + 1) % talks.length].section.firstElementChild;
      next.hidden = step < steps.length && !talk.isWhole;
      next.textContent = say("next").replace("{title}", words(title));
      next.href = "#" + title.id;
      again.hidden = here === parts[0] || talk.isWhole;
      whole.textContent = say(talk.isWhole ? "steps" : "whole");
      trail.textContent = "";
      trail.hidden = !said.length;
      if (!said.length) return;
      add(trail, "p", say("trail"), "small-title");
      var items = add(trail, "ol");
      said.forEach(function (choice) { add(items, "li", say("you-said").replace("{choice}", choice)); });
    };
    talk.restart = function () {
      talk.path = [parts[0]];
      talk.draw();
    };
    /* Goes to a step: forward by a choice, back along the path, or straight to it from elsewhere. */
    talk.go = function (part, isNew) {
      var known = talk.path.indexOf(part);
      var from = talk.path[talk.path.length - 1];
      var link = !isNew && from.querySelector("a[href='#" + part.getAttribute("data-part") + "']");
      if (known >= 0) talk.path.length = known + 1;
      else {
        /* Only what leads to an answer was said; "go on" was not. */
        part.said = link && /-[a-z]$/.test(link.hash) ? words(link) : "";
        talk.path = (link ? talk.path : []).concat(part);
      }
      talk.draw();
    };
    return talk;
  });
  function follow(event) {
    var name = decodeURIComponent(location.hash.slice(1));
    var target = name && document.getElementById(name);
    var part = target && target.closest(".part");
    talks.forEach(function (talk) {
      if (!name || target === talk.section.firstElementChild) talk.restart();
      else if (part && talk.section.contains(part)) {
        talk.go(part, !event);
        if (target !== part.firstElementChild) target.scrollIntoView();
        else {
          target.tabIndex = -1;
          target.focus();
        }
      }
    });
  }
  function forget() {
    clear();
    talks.forEach(function (talk) {
      talk.isWhole = false;
      talk.restart();
    });
    follow();
  }
  addEventListener("hashchange", follow);

  /* Left, restored from memory, or filled in again by the browser: always empty. A page that was
     simply opened is not emptied twice, since somebody may have begun before it was all there. */
  forget();
  addEventListener("pagehide", clear);
  addEventListener("pageshow", function (event) {
    var opened = performance.getEntriesByType("navigation")[0];
    if (event.persisted || !opened || opened.type !== "navigate") forget();
  });
})();
