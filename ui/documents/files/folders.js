// A folder that is dropped keeps its shape: each file of it is sent under its path, not under its name alone.
//
// A browser gives a file its path only where its folder was chosen in a dialogue. Streamlit's drop zone notes the path of
// a dropped one beside it, as `path`, and then sends what `webkitRelativePath` says. Loaded anew by each visit of the
// page, this is in place once.
"use strict";

(() => {
  const files = File.prototype;
  const known = Object.getOwnPropertyDescriptor(files, "webkitRelativePath")?.get;
  if (!known || "footnoteKeepsPaths" in files) {
    return;
  }
  Object.defineProperty(files, "footnoteKeepsPaths", { value: true });
  Object.defineProperty(files, "webkitRelativePath", {
    configurable: true,
    enumerable: true,

    /**
     * @this {File & { path?: string }}
     * @returns {string}
     */
    get() {
      const chosen = known.call(this);
      const dropped = typeof this.path === "string" ? this.path.replace(/^\.?\/+/, "") : "";
      return chosen || (dropped.includes("/") ? dropped : "");
    },
  });
})();
