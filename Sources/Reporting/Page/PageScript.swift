import Scenarios

/// A number of a script, put together from smaller ones. It works nothing out: a browser does.
private struct ScriptNumber: BillingNumber {
  let text: String

  private init(text: String) { self.text = text }
  init(_ number: Double) { text = number.description }
  /// A figure of the option that the script has in hand.
  init(_ key: OptionKey) { text = "o." + key.rawValue }

  func plus(_ other: ScriptNumber) -> ScriptNumber { joined("+", other) }
  func minus(_ other: ScriptNumber) -> ScriptNumber { joined("-", other) }
  func times(_ other: ScriptNumber) -> ScriptNumber { joined("*", other) }
  func over(_ other: ScriptNumber) -> ScriptNumber { joined("/", other) }
  func orMore(_ least: ScriptNumber) -> ScriptNumber { ScriptNumber(text: "Math.max(\(text),\(least.text))") }
  func orLess(_ most: ScriptNumber) -> ScriptNumber { ScriptNumber(text: "Math.min(\(text),\(most.text))") }
  var roundedUp: ScriptNumber { ScriptNumber(text: "Math.ceil(\(text))") }
  func above(_ limit: ScriptNumber, _ yes: ScriptNumber, else no: ScriptNumber) -> ScriptNumber {
    ScriptNumber(text: "(\(text)>\(limit.text)?\(yes.text):\(no.text))")
  }

  private func joined(_ sign: String, _ other: ScriptNumber) -> ScriptNumber {
    ScriptNumber(text: "(\(text)\(sign)\(other.text))")
  }
}

/// What makes the forms of a page move. Its arithmetic is `OptionRule`, written down as functions: one for each kind of option.
struct PageScript {
  private var rules: [OptionRule] = []

  /// Which function works an option out.
  mutating func number(of rule: OptionRule) -> Int {
    if let known = rules.firstIndex(of: rule) { return known }
    rules.append(rule)
    return rules.count - 1
  }

  /// What a form shows; so its function stops there.
  private static let shown = OptionRule.order.filter { ![.perMillion, .low, .high].contains($0) }

  static func function(_ rule: OptionRule) -> String {
    let lines = shown.compactMap { key in
      rule.figure(key, ScriptNumber.init).map { "o.\(key.rawValue)=\($0.value.text);" }
    }
    return "function(o){\(lines.joined())}"
  }

  /// Nil where there is nothing to move.
  var text: String? {
    guard !rules.isEmpty else { return nil }
    return "var rules=[\(rules.map(PageScript.function).joined(separator: ",\n"))];\n" + PageScript.forms
  }

  /// What an input does not say is no number, and neither is what follows from it: so it stays unknown.
  private static let forms = """
    (function () {
      function each(list, act) { Array.prototype.forEach.call(list, act); }
      function known(value) { return typeof value === 'number' && isFinite(value) && value >= 0; }
      function dollars(value) {
        if (value < 99.995 && value !== Math.round(value)) return '$' + value.toFixed(2);
        var units = [[1e12, ' T'], [1e9, ' B'], [1e6, ' M'], [1e3, ' k']];
        for (var i = 0; i < units.length; i++) {
          var part = Number((value / units[i][0]).toPrecision(3));
          if (part >= 1) return '$' + part + units[i][1];
        }
        return '$' + Number(value.toPrecision(3));
      }
      function digits(value) {
        return value >= 999.5 ? Math.round(value).toLocaleString('en-US') : value === 0 ? '0' : value.toPrecision(3);
      }
      function fine(value) { return value < 10 ? '$' + digits(value) : dollars(value); }
      function take(field, option) {
        // A field that nobody changed has fewer digits than what it stands for.
        if (field.value === field.defaultValue) return;
        var isNumber = field.value !== '' && field.validity.valid;
        option[field.dataset.key] = isNumber ? field.valueAsNumber / field.dataset.scale : NaN;
      }
      function put(row, name, value, text) {
        var cell = row.querySelector('.' + name);
        cell.textContent = known(value) ? text(value) : '–';
        cell.dataset.value = known(value) ? value : '';
      }
      each(document.querySelectorAll('form.inputs'), function (form) {
        var rows = Array.prototype.slice.call(form.querySelectorAll('tr[data-rule]'));
        function update() {
          rows.forEach(function (row) {
            var option = JSON.parse(row.dataset.given);
            take(form.querySelector('.tokens'), option);
            each(row.querySelectorAll('input'), function (field) { take(field, option); });
            rules[row.dataset.rule](option);
            row.cost = option.expected;
            put(row, 'bill', option.cost, dollars);
            put(row, 'cost', option.expected, dollars);
            put(row, 'million', option.expectedPerMillion, fine);
            put(row, 'time', option.days * 24 / form.dataset.hours, digits);
            row.querySelector('.rank').textContent = '–';
          });
          var order = rows.filter(function (row) { return !row.dataset.seldom && known(row.cost); });
          order.sort(function (a, b) { return a.cost - b.cost; });
          order.forEach(function (row, i) { row.querySelector('.rank').textContent = i + 1; });
          form.querySelector('output').textContent =
            order.length ? order[0].dataset.name + ' is cheapest: ' + dollars(order[0].cost) : '';
        }
        form.hidden = false;
        form.addEventListener('input', update);
        form.addEventListener('reset', function () { setTimeout(update, 0); });
        update();
      });
    })();

    """
}
