/* Stores the pages of a language on this device, when a reader requests it on about/offline; installed by
   nothing else (assets/keep.js). It is at the root of the site because the scope of a worker is what
   is below it. One cache a language and edition; the list of its files is added last, so that a cache
   without a list is incomplete, and ignored.
   Stored files are served at once, without the network, and updated in the background. */
"use strict";

var PREFIX = "handvat ";
var AT_ONCE = 6;
var CHECK_EVERY = 10 * 60 * 1000;
var scope = self.registration.scope;
var lastCheck = 0;
var work = Promise.resolve();

/* One job at a time: two in one cache would leave it half old, half new. */
function inTurn(job) {
  var done = work.then(job);
  work = done.catch(function () { /* reported to the caller */ });
  return done;
}

function listAddress(code) { return scope + "offline/" + code + ".json"; }

/* Every copy on this device: its code, cache and list. An incomplete one has no list. */
function copies() {
  return caches.keys().then(function (names) {
    return Promise.all(names.filter(function (name) { return name.indexOf(PREFIX) === 0; }).map(function (name) {
      var code = name.split(" ")[1];
      return caches.open(name).then(function (cache) {
        return cache.match(listAddress(code)).then(function (answer) {
          return answer && answer.json();
        }).then(function (list) { return { code: code, name: name, cache: cache, list: list }; });
      });
    }));
  });
}

function fetchWhole(address) {
  return fetch(address, { cache: "no-cache" }).then(function (answer) {
    if (!answer.ok) throw new Error(address + ": " + answer.status);
    /* Browsers refuse a redirected response to a navigation. */
    return answer.redirected ? answer.blob().then(function (body) { return new Response(body, { headers: answer.headers }); }) : answer;
  });
}

/* Updates the copy of a language to the newest edition; `tell` is called with files done and all. */
function keep(code, tell) {
  var known;
  return Promise.all([fetchWhole(listAddress(code)), copies()]).then(function (both) {
    known = both[1].filter(function (copy) { return copy.code === code; });
    return Promise.all([both[0].clone().json(), both[0]]);
  }).then(function (lists) {
    var list = lists[0];
    var whole = known.filter(function (copy) { return copy.list; })[0];
    if (whole && whole.list.version === list.version) return list;
    var name = PREFIX + code + " " + list.version;
    var all = Object.keys(list.files);
    var todo = all.slice();
    var done = 0;
    var failure = null;
    return caches.delete(name).then(function () { return caches.open(name); }).then(function (cache) {
      function one(path) {
        var has = whole && whole.list.files[path] === list.files[path];
        return (has ? whole.cache.match(scope + path) : Promise.resolve()).then(function (old) {
          return old || fetchWhole(scope + path);
        }).then(function (answer) { return cache.put(scope + path, answer); }).then(function () {
          done += 1;
          tell(done, all.length);
        });
      }
      function next() {
        var path = todo.shift();
        return path === undefined ? Promise.resolve() : one(path).then(next);
      }
      /* One that fails leaves the others nothing to do: they must end before the cache is deleted. */
      function hand() {
        return next().catch(function (error) {
          todo = [];
          failure = failure || error;
        });
      }
      var hands = [];
      while (hands.length < AT_ONCE) hands.push(hand());
      return Promise.all(hands).then(function () {
        if (failure) throw failure;
        return cache.put(listAddress(code), lists[1]);
      });
    }).then(function () {
      return Promise.all(known.map(function (copy) { return copy.name !== name && caches.delete(copy.name); }));
    }, function (error) {
      return caches.delete(name).then(function () { throw error; });
    }).then(function () { return list; });
  });
}

function drop(code) {
  return copies().then(function (all) {
    return Promise.all(all.filter(function (copy) { return copy.code === code; }).map(function (copy) {
      return caches.delete(copy.name);
    }));
  });
}

/* Failures are ignored: without a connection the copy stays as it is. */
function refresh() {
  if (Date.now() - lastCheck < CHECK_EVERY) return Promise.resolve();
  lastCheck = Date.now();
  return inTurn(function () {
    return copies().then(function (all) {
      return Promise.all(all.map(function (copy) { return copy.list && keep(copy.code, function () {}); }));
    });
  }).catch(function () {});
}

function answer(request, address) {
  return copies().then(function (all) {
    var whole = all.filter(function (copy) { return copy.list; });
    return whole.reduce(function (before, copy) {
      return before.then(function (found) { return found || copy.cache.match(address); });
    }, Promise.resolve()).then(function (found) {
      return found || fetch(request).catch(function (error) {
        /* Not stored, and no connection: the page that lists what is. */
        if (request.mode !== "navigate" || !whole.length) throw error;
        return Response.redirect(scope + whole[0].list.help);
      });
    });
  });
}

self.addEventListener("install", function () { self.skipWaiting(); });
self.addEventListener("activate", function (event) { event.waitUntil(self.clients.claim()); });

self.addEventListener("message", function (event) {
  var port = event.ports[0];
  var asked = event.data;
  event.waitUntil(inTurn(function () {
    return asked.keep ? keep(asked.keep, function (done, all) { port.postMessage({ done: done, all: all }); }) : drop(asked.drop);
  }).then(function (result) {
    port.postMessage(asked.keep ? { kept: result.date } : {});
  }, function () { port.postMessage({ failed: true }); }));
});

self.addEventListener("fetch", function (event) {
  var request = event.request;
  var address = request.url.split(/[?#]/)[0];
  if (request.method !== "GET" || address.indexOf(scope) !== 0 || address.indexOf(scope + "offline/") === 0) return;
  event.respondWith(answer(request, address));
  if (request.mode === "navigate") event.waitUntil(refresh());
});
