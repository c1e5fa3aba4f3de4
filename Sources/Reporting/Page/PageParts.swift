import Charts

/// What makes a page look and move; no part of it is fetched from anywhere.
enum PageParts {
  /// Contrast of letters is 4.5:1 at least in both schemes.
  static let style = """
    :root{color-scheme:light dark;--ground:#ffffff;--ink:#1f2328;--faint:#59636e;--line:#d8dee4;--band:#f6f8fa}
    @media (prefers-color-scheme:dark){:root{--ground:#0d1117;--ink:#e6edf3;--faint:#9aa4af;--line:#30363d;--band:#161b22}}
    body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 Helvetica,Arial,"Liberation Sans",sans-serif}
    main{max-width:60rem;margin:0 auto;padding:1rem}
    h1{font-size:1.6rem;line-height:1.25;margin:.5rem 0}h2{font-size:1.2rem;margin:2rem 0 .5rem}
    .asked,footer,caption{color:var(--faint)}caption{text-align:left;padding:.2rem 0}
    .wide{overflow-x:auto}table{border-collapse:collapse;font-size:.85rem}
    th,td{text-align:left;padding:.25rem .6rem;border-bottom:1px solid var(--line);white-space:nowrap}
    td.long{white-space:normal;min-width:14rem}thead th{background:var(--band)}.n{text-align:right;font-variant-numeric:tabular-nums}
    svg{max-width:100%;height:auto}pre{font-size:.75rem;line-height:1.35;margin:.5rem 0}
    summary{cursor:pointer;padding:.2rem 0}input{width:7rem;font:inherit;text-align:right}
    @media print{body{font-size:11px}details,pre{break-inside:auto}tr,svg,section>ul{break-inside:avoid}.js{display:none}.wide{overflow:visible}}

    """

  /// Costs are in proportion to prices, so that is all that is worked out here.
  static let script = """
    (function () {
      var form = document.getElementById('prices');
      if (!form) return;
      form.hidden = false;
      var rows = Array.prototype.slice.call(form.querySelectorAll('tr[data-cost]'));
      function shown(dollars) {
        var units = [[1e9, ' B'], [1e6, ' M'], [1e3, ' k'], [1, '']];
        for (var i = 0; i < units.length; i++) {
          if (dollars >= units[i][0] * 0.9995) return '$' + Number((dollars / units[i][0]).toPrecision(3)) + units[i][1];
        }
        return '$' + dollars.toFixed(2);
      }
      function update() {
        rows.forEach(function (row) {
          var field = row.querySelector('.price'), off = row.querySelector('.off').valueAsNumber || 0;
          // The field has six decimals of it.
          var price = field.value === field.defaultValue ? row.dataset.price : field.valueAsNumber;
          row.cost = row.dataset.cost * (price / row.dataset.price) * (1 - off / 100);
          var known = isFinite(row.cost) && row.cost >= 0;
          row.cost = known ? row.cost : Infinity;
          row.querySelector('.cost').textContent = known ? shown(row.cost) : '–';
          row.querySelector('.cost').dataset.value = known ? row.cost : '';
        });
        var order = rows.slice().sort(function (a, b) { return a.cost - b.cost; });
        order.forEach(function (row, i) { row.querySelector('.rank').textContent = isFinite(row.cost) ? i + 1 : '–'; });
        var best = order[0];
        document.getElementById('cheapest').textContent =
          best && isFinite(best.cost) ? best.dataset.name + ' is cheapest: ' + shown(best.cost) : '';
      }
      form.addEventListener('input', update);
      form.addEventListener('reset', function () { setTimeout(update, 0); });
      update();
    })();

    """
}
