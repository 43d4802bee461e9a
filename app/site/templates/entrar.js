(function () {
  var $ = document.getElementById.bind(document), code;
  function show() {
    code = location.hash.slice(1).replace(/[\s-]/g, "").toUpperCase();
    var known = /^[0-9A-Z]{8}$/.test(code);
    $("known").hidden = !known;
    $("unknown").hidden = known;
    $("code").textContent = known ? code.slice(0, 4) + " " + code.slice(4) : "";
    $("copied").hidden = true;
    $("copy").hidden = false;
  }
  function done() { $("copied").hidden = false; $("copy").hidden = true; }
  function select() {
    getSelection().selectAllChildren($("code"));
    try { if (document.execCommand("copy")) done(); } catch (e) { return; }
  }
  $("copy").onclick = function () {
    if (navigator.clipboard) navigator.clipboard.writeText(code).then(done, select);
    else select();
  };
  addEventListener("hashchange", show);
  show();
})();
