import Charts

/// A page that needs nothing else: what is read, what it looks like, and a script that makes its forms move.
struct Page {
  var title: String
  var body: [HTML]
  var script = PageScript()

  /// When it was made and with which command, in words.
  var made: String

  var html: String {
    let script = self.script.text
    let policy =
      "default-src 'none'; style-src 'unsafe-inline'" + (script == nil ? "" : "; script-src 'unsafe-inline'")
    let body = body + [.element("footer", [.element("p", made)])]
    return "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      + "<meta http-equiv=\"Content-Security-Policy\" content=\"\(policy)\">\n"
      + HTML.element("title", title).source + "<style>\n\(PageParts.style)\(SVG.style)\n</style>\n</head>\n<body>\n"
      + HTML.element("main", body).source + (script.map { "<script>\n\($0)</script>\n" } ?? "") + "</body>\n</html>\n"
  }
}
