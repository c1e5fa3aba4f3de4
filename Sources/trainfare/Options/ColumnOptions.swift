import Quantities
import Reporting
import Scenarios

// What `OutputOptions` says of columns, tags and endings, understood.

extension OutputOptions {
  /// A name that ends in something else would get the table, which its reader cannot read.
  func refuseEnding(_ path: String, _ reader: inout OptionReader, writesWorkbooks: Bool) {
    guard let ending = Format.ending(of: path), Format(fileName: path) == nil else { return }
    let endings = Format.endings.map(\.ending) + (writesWorkbooks ? [Format.workbook] : [])
    let known = endings.map { "." + $0 }.joined(separator: ", ")
    if ending == Format.workbook {
      return reader.problem(
        "this command writes no workbook",
        help: "compare, sweep and suite run write one; names here end in \(known)", option: "-o", text: path)
    }
    let picture = ending == "svg" ? "a picture is drawn with --chart FILE.svg; " : ""
    reader.problem(
      "no result is written as .\(ending)", help: "\(picture)names end in \(known); or say which with --format",
      option: "-o", text: path)
  }

  func choice(_ text: String, _ known: ColumnNames, _ reader: inout OptionReader) -> ColumnChoice {
    var names: [String] = []
    for piece in text.split(separator: ",", omittingEmptySubsequences: false) {
      let name = piece.trimmingBlanks
      let meant: [String]
      switch name {
      case "all": meant = known.all
      case "brief" where !known.brief.isEmpty: meant = known.brief
      case _ where known.all.contains(name): meant = [name]
      default:
        refuse(name, known, text, &reader)
        continue
      }
      // A set may have a column that is also named.
      names += meant.filter { !names.contains($0) }
    }
    return ColumnChoice(names)
  }

  private func refuse(_ name: String, _ known: ColumnNames, _ text: String, _ reader: inout OptionReader) {
    if name.isEmpty {
      return reader.problem(
        "a column is missing", help: "write it like A,B", option: "--columns", text: text)
    }
    let like = known.like(name).prefix(8)
    let near = Spelling.nearest(to: name, among: known.all + known.sets).map { "did you mean '\($0)'? " } ?? ""
    let others = like.isEmpty ? "" : "like it: \(like.joined(separator: ", ")). "
    reader.problem(
      "there is no column called '\(name)'",
      help: near + others + "docs/Output.md lists all; \(known.sets.joined(separator: " and ")) stand for several",
      option: "--columns", text: text)
  }

  func tags(_ known: ColumnNames, _ reader: inout OptionReader) -> Tags {
    var tags = Tags()
    if !tag.isEmpty, !known.all.contains("tags") {
      reader.problem("rows of this command have no tags", help: "leave out --tag", option: "--tag", text: tag.first)
    }
    for text in tag {
      do {
        try tags.add(text)
      } catch {
        reader.problem(error.message, help: error.help, option: "--tag", text: text)
      }
    }
    return tags
  }
}
