import CXlsxWriter

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Why a workbook could not be written.
public struct WorkbookProblem: Error {
  /// As `errno` has it; 0 where the system did not say.
  public var code: Int32
  public var message: String
}

/// Writes a workbook through libxlsxwriter. What goes wrong is told when it is closed.
public final class WorkbookFile: BookTarget {
  private let path: String
  private let book: UnsafeMutablePointer<lxw_workbook>
  /// The library keeps the pointer.
  private let folder: UnsafeMutablePointer<CChar>
  private var sheets: [UnsafeMutablePointer<lxw_worksheet>] = []
  private var plans: [Sheet] = []
  private var rows: [Int] = []
  /// Rows that have anything in them.
  private var filled: [Int] = []
  private var formats: [CellStyle: UnsafeMutablePointer<lxw_format>] = [:]
  private var problem: WorkbookProblem?
  private var isClosed = false
  private let isStreamed: Bool

  /// - Parameters:
  ///   - folder: for what the library has to keep in files while it writes.
  ///   - isStreamed: rows go to such a file as they come, so that memory holds one.
  public init(_ path: String, scratch folder: String, isStreamed: Bool) throws(WorkbookProblem) {
    self.path = path
    self.isStreamed = isStreamed
    self.folder = strdup(folder)
    var options = lxw_workbook_options()
    options.constant_memory = isStreamed ? 1 : 0
    options.tmpdir = self.folder
    guard let book = workbook_new_opt(path, &options) else {
      free(self.folder)
      throw WorkbookProblem(code: ENOMEM, message: "there is not enough memory")
    }
    self.book = book
    // To the day, so that the same results are the same bytes.
    var properties = lxw_doc_properties()
    properties.created = time(nil) / 86_400 * 86_400
    note(workbook_set_properties(book, &properties))
  }

  deinit {
    if !isClosed { lxw_workbook_free(book) }
    free(folder)
  }

  // MARK: Sheets

  public func add(_ sheet: Sheet) -> Int {
    guard let new = workbook_add_worksheet(book, sheet.name) else {
      note(LXW_ERROR_MEMORY_MALLOC_FAILED)
      return sheets.count - 1
    }
    for (column, width) in sheet.widths.enumerated() {
      var options = lxw_row_col_options()
      options.hidden = sheet.hidden?.contains(column) == true ? 1 : 0
      note(worksheet_set_column_opt(new, UInt16(column), UInt16(column), width, nil, &options))
    }
    if sheet.frozenRows + sheet.frozenColumns > 0 {
      worksheet_freeze_panes(new, UInt32(sheet.frozenRows), UInt16(sheet.frozenColumns))
    }
    worksheet_gridlines(new, UInt8(LXW_HIDE_ALL_GRIDLINES.rawValue))
    worksheet_set_landscape(new)
    if sheet.isNarrow { worksheet_fit_to_pages(new, 1, 0) }
    if sheet.frozenRows > 0 { note(worksheet_repeat_rows(new, 0, UInt32(sheet.frozenRows - 1))) }
    sheets.append(new)
    plans.append(sheet)
    rows.append(0)
    filled.append(0)
    return sheets.count - 1
  }

  public func append(_ row: [SheetCell], to index: Int) {
    guard sheets.indices.contains(index), problem == nil else { return }
    guard rows[index] < Sheet.mostRows else {
      problem = WorkbookProblem(code: 0, message: "a sheet has \(Sheet.mostRows) rows at most")
      return
    }
    let sheet = sheets[index], place = UInt32(rows[index])
    rows[index] += 1
    if row.contains(where: { $0 != .empty }) { filled[index] += 1 }
    if let height = plans[index].height(row) { note(worksheet_set_row(sheet, place, height, nil)) }
    for (column, cell) in row.enumerated() {
      let column = UInt16(column), format = format(cell.style)
      switch cell.content {
      case .empty:
        if cell.style != CellStyle(.plain) { note(worksheet_write_blank(sheet, place, column, format)) }
      case .text(""): note(worksheet_write_blank(sheet, place, column, format))
      case .text(let text): note(worksheet_write_string(sheet, place, column, SheetText.safe(text), format))
      case .number(let value): note(worksheet_write_number(sheet, place, column, value, format))
      case .formula(let formula, .number(let value)):
        note(worksheet_write_formula_num(sheet, place, column, "=" + formula.text, format, value))
      case .formula(let formula, .text(let text)):
        note(worksheet_write_formula_str(sheet, place, column, "=" + formula.text, format, SheetText.safe(text)))
      }
    }
  }

  public func define(_ name: String, _ cell: String) { note(workbook_define_name(book, name, "=" + cell)) }

  public func allow(_ validation: Validation, in index: Int) {
    guard sheets.indices.contains(index) else { return }
    var rule = lxw_data_validation()
    rule.validate = UInt8(LXW_VALIDATION_TYPE_DECIMAL.rawValue)
    rule.criteria = UInt8(LXW_VALIDATION_CRITERIA_BETWEEN.rawValue)
    (rule.minimum_number, rule.maximum_number) = (validation.values.lowerBound, validation.values.upperBound)
    validation.message.withCString { message in
      rule.error_message = UnsafeMutablePointer(mutating: message)
      let (first, last) = (UInt32(validation.rows.lowerBound), UInt32(validation.rows.upperBound))
      let column = UInt16(validation.column)
      note(worksheet_data_validation_range(sheets[index], first, column, last, column, &rule))
    }
  }

  public func filter(row: Int, columns: ClosedRange<Int>, through last: Int, in index: Int) {
    guard sheets.indices.contains(index) else { return }
    let (first, end) = (UInt16(columns.lowerBound), UInt16(columns.upperBound))
    note(worksheet_autofilter(sheets[index], UInt32(row), first, UInt32(max(row, last)), end))
  }

  // MARK: Looks

  private func format(_ style: CellStyle) -> UnsafeMutablePointer<lxw_format>? {
    if let known = formats[style] { return known }
    guard let format = workbook_add_format(book) else { return nil }
    if style.format != .general { format_set_num_format(format, style.format.rawValue) }
    switch style.role {
    case .title:
      format_set_bold(format)
      format_set_font_size(format, 16)
    case .subtitle, .faint: format_set_font_color(format, 0x59636E)
    case .band:
      format_set_bold(format)
      format_set_font_color(format, 0x59636E)
    case .heading:
      format_set_bold(format)
      format_set_font_color(format, 0xFFFFFF)
      format_set_bg_color(format, 0x2F4858)
      format_set_text_wrap(format)
      format_set_align(format, UInt8(LXW_ALIGN_VERTICAL_CENTER.rawValue))
    case .plain, .live: break
    case .wrapped:
      format_set_text_wrap(format)
      format_set_align(format, UInt8(LXW_ALIGN_VERTICAL_TOP.rawValue))
    case .input:
      format_set_font_color(format, 0x1F4E9E)
      format_set_bg_color(format, 0xFFF6CC)
      format_set_border(format, UInt8(LXW_BORDER_THIN.rawValue))
      format_set_border_color(format, 0xE3D59A)
    case .fixed: format_set_font_color(format, 0x59636E)
    case .answer: format_set_bold(format)
    case .place:
      format_set_align(format, UInt8(LXW_ALIGN_LEFT.rawValue))
      format_set_font_color(format, 0x59636E)
    }
    // The word for what nobody knows stands where its number would.
    if [.live, .answer, .input, .fixed, .heading].contains(style.role), style.format != .general {
      format_set_align(format, UInt8(LXW_ALIGN_RIGHT.rawValue))
    }
    formats[style] = format
    return format
  }

  public func draw(_ chart: BarChart, row: Int, column: Int, in index: Int) {
    guard sheets.indices.contains(index),
      let bars = workbook_add_chart(book, UInt8(LXW_CHART_BAR_STACKED.rawValue))
    else { return }
    for part in chart.parts {
      guard let series = chart_add_series(bars, "=" + chart.names, "=" + part.values) else { continue }
      chart_series_set_name(series, part.name)
      var fill = lxw_chart_fill(), line = lxw_chart_line()
      if let colour = part.colour { fill.color = colour } else { fill.none = 1 }
      line.none = 1
      chart_series_set_fill(series, &fill)
      chart_series_set_line(series, &line)
    }
    chart_show_hidden_data(bars)
    chart_title_set_name(bars, chart.title)
    var font = lxw_chart_font()
    (font.size, font.bold) = (12, 1)
    chart_title_set_name_font(bars, &font)
    // In a chart of bars that lie the scale is the x axis. The first name is on top, and the scale below as everywhere.
    guard let scale = bars.pointee.x_axis, let names = bars.pointee.y_axis else { return }
    chart_axis_set_reverse(names)
    chart_axis_set_crossing_max(names)
    chart_axis_set_name(scale, chart.axis)
    chart_axis_set_num_format(scale, chart.format.rawValue)
    chart_axis_set_min(scale, 0)
    var grid = lxw_chart_line()
    grid.color = 0xD8DEE4
    chart_axis_major_gridlines_set_visible(scale, 1)
    chart_axis_major_gridlines_set_line(scale, &grid)
    chart_axis_major_gridlines_set_visible(names, 0)
    chart_legend_set_position(bars, UInt8(LXW_CHART_LEGEND_BOTTOM.rawValue))
    chart_set_style(bars, 2)
    var options = lxw_chart_options()
    (options.x_scale, options.y_scale) = (1.5, chart.height / 288)
    note(worksheet_insert_chart_opt(sheets[index], UInt32(row), UInt16(column), bars, &options))
  }

  // MARK: The end

  /// Writes the file, and looks whether all of it is there.
  public func close() throws(WorkbookProblem) {
    isClosed = true
    if isStreamed {
      for sheet in sheets where problem == nil {
        guard let file = sheet.pointee.optimize_tmpfile else { continue }
        errno = 0
        if fflush(file) != 0 || ferror(file) != 0 { problem = WorkbookProblem(code: errno, message: "") }
      }
    }
    errno = 0
    let result = Quietly.run { workbook_close(book) }
    if result != LXW_NO_ERROR, problem == nil {
      problem = WorkbookProblem(code: errno, message: String(cString: lxw_strerror(result)))
    }
    if let problem { throw problem }
    // The library does not tell whether its own files had room.
    guard WrittenBook(path)?.isWhole(rows: Dictionary(uniqueKeysWithValues: zip(1..., filled))) == true else {
      throw WorkbookProblem(code: 0, message: "a part of it was not written, as where there is no space left")
    }
  }

  private func note(_ result: lxw_error) {
    guard result != LXW_NO_ERROR, problem == nil else { return }
    problem = WorkbookProblem(code: 0, message: String(cString: lxw_strerror(result)))
  }
}

/// The library tells people what went wrong, in words of its own; what is thrown says it in ours.
private enum Quietly {
  static func run<T>(_ work: () -> T) -> T {
    let kept = dup(2), nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC)
    if kept >= 0, nowhere >= 0 { dup2(nowhere, 2) }
    let result = work(), code = errno
    fflush(nil)
    if kept >= 0, nowhere >= 0 { dup2(kept, 2) }
    if kept >= 0 { _ = Self.close(kept) }
    if nowhere >= 0 { _ = Self.close(nowhere) }
    errno = code
    return result
  }

  private static func close(_ descriptor: Int32) -> Int32 {
    #if canImport(Glibc)
      Glibc.close(descriptor)
    #elseif canImport(Musl)
      Musl.close(descriptor)
    #else
      Darwin.close(descriptor)
    #endif
  }
}
