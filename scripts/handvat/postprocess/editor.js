/* Starts the editor once its page is loaded, without what would bypass a proposal. */
window.CMS_MANUAL_INIT = true;

document.addEventListener("DOMContentLoaded", function () {
  var CMS = window.CMS;
  /* Decap publishes an uploaded picture at once, so there is no button for one. */
  CMS.registerMediaLibrary({
    name: "none",
    init: function () {
      return { show: function () {}, hide: function () {}, enableStandalone: function () { return false; } };
    }
  });
  /* `review` is required, null where nobody checked the page (scripts/handvat/content/models.py). */
  CMS.registerEventListener({
    name: "preSave",
    handler: function (saved) {
      var data = saved.entry.get("data");
      return data.has("review") ? data : data.set("review", null);
    }
  });
  CMS.init();
});
