/* Stores the pages of this language on the device, and removes them: only on request.
   Loaded on the one page that offers it. The work is done by sw.js at the root of the site. */
(function () {
  "use strict";
  var box = document.querySelector(".keep");
  var say = function (name) { return box.getAttribute("data-" + name); };
  var code = say("code");
  var root = new URL(say("root"), location.href).href;
  var list = new URL(say("list"), location.href).href;
  var status = box.querySelector(".keep-status");
  var keepButton = box.querySelector(".keep-do");
  var dropButton = box.querySelector(".keep-drop");

  function show(text, isKept) {
    status.textContent = text;
    keepButton.hidden = isKept;
    dropButton.hidden = !isKept;
  }

  /* Nor in a copy that is opened from a folder or a USB stick. */
  if (location.protocol === "file:" || !("serviceWorker" in navigator) || !("caches" in window)) {
    show(say("impossible"), true);
    dropButton.hidden = true;
    return;
  }

  function day(date) {
    return new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeZone: "UTC" }).format(new Date(date));
  }
  function showKept(date) { show(say("kept").replace("{date}", day(date)), true); }

  /* The list of a copy's files is in its cache. */
  function kept() {
    return caches.match(list).then(function (answer) { return answer && answer.json(); });
  }

  function ask(message, tell) {
    return navigator.serviceWorker.register(say("worker"), { scope: root, updateViaCache: "none" }).then(function () {
      return navigator.serviceWorker.ready;
    }).then(function (registration) {
      return new Promise(function (resolve, reject) {
        var channel = new MessageChannel();
        channel.port1.onmessage = function (event) {
          if (event.data.failed) reject(new Error("failed"));
          else if ("done" in event.data) tell(event.data);
          else resolve(event.data);
        };
        registration.active.postMessage(message, [channel.port2]);
      });
    });
  }

  /* A worker without a copy is not needed. */
  function leaveNothing() {
    return navigator.serviceWorker.getRegistration(root).then(function (registration) {
      return caches.keys().then(function (names) {
        var isLast = !names.some(function (name) { return name.indexOf("handvat ") === 0; });
        if (registration && isLast) return registration.unregister();
      });
    });
  }

  keepButton.addEventListener("click", function () {
    keepButton.disabled = true;
    ask({ keep: code }, function (at) {
      status.textContent = say("working").replace("{done}", at.done).replace("{all}", at.all);
    }).then(function (answer) {
      showKept(answer.kept);
      dropButton.focus();
      var manifest = document.createElement("link");
      manifest.rel = "manifest";
      manifest.href = say("manifest");
      document.head.appendChild(manifest);
    }).catch(function () {
      return leaveNothing().catch(function () { /* there is no worker */ }).then(function () { show(say("failed"), false); });
    }).then(function () { keepButton.disabled = false; });
  });

  dropButton.addEventListener("click", function () {
    ask({ drop: code }, function () {}).then(leaveNothing).then(function () {
      show(say("dropped"), false);
      keepButton.focus();
    }).catch(function () { kept().then(function (known) { if (known) showKept(known.date); }); });
  });

  function megabytes(size) {
    return new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 }).format(size / 1e6);
  }

  kept().then(function (known) {
    if (known) return showKept(known.date);
    show(say("none"), false);
    return fetch(list).then(function (answer) { return answer.json(); }).then(function (offered) {
      status.textContent += " " + say("size").replace("{size}", megabytes(offered.size));
    });
  }).catch(function () { /* without its size the copy can still be stored */ });
})();
