import Foundation

/// The forms of a page, moved by the page's own script in node, which has so much of a browser as that script asks for.
public enum ScriptedPage {
  public static let isPossible = Shell.has("node")

  /// What a reader types: into the field of that class, of the row with that name; without a row, of the form.
  public struct Change: Encodable {
    var form: Int
    var row: String?
    var field: String
    var value: String
    public init(form: Int = 0, row: String? = nil, _ field: String, _ value: String) {
      (self.form, self.row, self.field, self.value) = (form, row, field, value)
    }
  }

  public struct Form: Decodable {
    public struct Row: Decodable {
      public var name: String
      /// As it is read, and the number behind it; nil where that is unknown.
      public var bill: Shown
      public var cost: Shown
      public var million: Shown
      public var time: Shown
      public var rank: String
    }
    public struct Shown: Decodable {
      public var text: String
      public var value: Double?
    }
    public var hidden: Bool
    public var cheapest: String
    public var rows: [Row]

    public subscript(name: String) -> Row? { rows.first { $0.name == name } }
  }

  /// The forms as they are after the changes; `reset` puts them back before it looks.
  public static func forms(
    _ page: String, _ changes: [Change] = [], reset: Bool = false, folder: String = NSTemporaryDirectory()
  ) throws -> [Form] {
    let own = folder + "/trainfare-page-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: own) }
    try page.write(toFile: own + "/page.html", atomically: false, encoding: .utf8)
    try browser.write(toFile: own + "/browser.js", atomically: false, encoding: .utf8)
    try JSONEncoder().encode(changes).write(to: URL(fileURLWithPath: own + "/changes.json"))
    let ran = try Shell.run("node browser.js \(reset ? "reset" : "")", in: own)
    guard ran.status == 0 else { throw Failed(said: ran.out) }
    return try JSONDecoder().decode([Form].self, from: Data(ran.out.utf8))
  }

  struct Failed: Error { var said: String }

  private static let browser = #"""
    const fs = require('fs'), page = fs.readFileSync('page.html', 'utf8');
    const signs = { quot: '"', lt: '<', gt: '>', amp: '&', '#39': "'" };
    const plain = text => text.replace(/&(quot|lt|gt|amp|#39);/g, (all, name) => signs[name]);
    function attributes(text) {
      const found = { dataset: {} };
      for (const [, name, value] of text.matchAll(/([a-z-]+)="([^"]*)"/g)) {
        if (name.startsWith('data-')) found.dataset[name.slice(5)] = plain(value); else found[name] = plain(value);
      }
      return found;
    }
    class Field {
      constructor(text) {
        const own = attributes(text);
        Object.assign(this, { name: own.class, dataset: own.dataset, value: own.value, defaultValue: own.value, own });
        if (own.type !== 'number') throw new Error('a field without numbers');
      }
      get valueAsNumber() { return this.value === '' ? NaN : Number(this.value); }
      get validity() {
        const value = this.valueAsNumber;
        return { valid: this.value === '' || value >= Number(this.own.min) && value <= Number(this.own.max) };
      }
    }
    const fields = text => [...text.matchAll(/<input ([^>]*)>/g)].map(found => new Field(found[1]));
    function row(head, body) {
      const cells = {}, own = fields(body);
      for (const [, name] of body.matchAll(/<td class="n ([a-z]+)">/g)) cells[name] = { textContent: '', dataset: {} };
      return {
        dataset: attributes(head).dataset, cells, querySelectorAll: () => own,
        querySelector: name => cells[name.slice(1)] || own.find(field => field.name === name.slice(1)),
      };
    }
    const forms = [...page.matchAll(/<form ([^>]*)>([\s\S]*?)<\/form>/g)].map(([, head, body]) => {
      const rows = [...body.matchAll(/<tr ([^>]*)>([\s\S]*?)<\/tr>/g)].map(found => row(found[1], found[2]));
      const own = fields(body.slice(0, body.indexOf('<table'))), output = { textContent: '' }, heard = {};
      return {
        hidden: head.includes('hidden="hidden"'), dataset: attributes(head).dataset, rows, own, output, heard,
        querySelectorAll: () => rows, addEventListener: (name, act) => { heard[name] = act; },
        querySelector: name => name === 'output' ? output : own.find(field => field.name === name.slice(1)),
      };
    });
    const script = page.slice(page.indexOf('<script>') + 8, page.indexOf('</script>'));
    new Function('document', 'setTimeout', script)({ querySelectorAll: () => forms }, act => act());
    for (const change of JSON.parse(fs.readFileSync('changes.json', 'utf8'))) {
      const form = forms[change.form];
      const place = change.row === undefined ? form : form.rows.find(row => row.dataset.name === change.row);
      place.querySelector('.' + change.field).value = change.value;
      form.heard.input();
    }
    if (process.argv[2] === 'reset') {
      for (const form of forms) {
        for (const field of form.own.concat(...form.rows.map(row => row.querySelectorAll()))) field.value = field.defaultValue;
        form.heard.reset();
      }
    }
    const shown = cell => ({ text: cell.textContent, value: cell.dataset.value === '' ? null : Number(cell.dataset.value) });
    console.log(JSON.stringify(forms.map(form => ({
      hidden: form.hidden, cheapest: form.output.textContent,
      rows: form.rows.map(({ dataset, cells }) => ({
        name: dataset.name, bill: shown(cells.bill), cost: shown(cells.cost), million: shown(cells.million), time: shown(cells.time),
        rank: String(cells.rank.textContent),
      })),
    }))));
    """#
}
