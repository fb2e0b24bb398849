/* Starts the editor once its page is there, and takes away what would go past a proposal. */
window.CMS_MANUAL_INIT = true;

document.addEventListener("DOMContentLoaded", function () {
  var CMS = window.CMS;
  /* Decap puts an uploaded picture on the site at once. Pages show none from elsewhere, so there is no such button. */
  CMS.registerMediaLibrary({
    name: "none",
    init: function () {
      return { show: function () {}, hide: function () {}, enableStandalone: function () { return false; } };
    }
  });
  /* A page says that nobody checked it, rather than nothing (scripts/knowledge/front_matter.py). */
  CMS.registerEventListener({
    name: "preSave",
    handler: function (saved) {
      var data = saved.entry.get("data");
      return data.has("review") ? data : data.set("review", null);
    }
  });
  CMS.init();
});
