/// Files to begin with: what must be said is marked to be filled in, what may be said is a comment.
public enum Template {
  /// Stands where a figure of one's own belongs. Whoever reads a file names those that are left.
  public static let blank = "FILL_IN"
  private static let bytes = Array(blank.utf8)

  /// Whether a text has one. By bytes, since a text may be half a million of them.
  static func hasBlank(_ text: String) -> Bool {
    guard text.utf8.count >= bytes.count else { return false }
    var text = text
    return text.withUTF8 { all in
      var rest = all[...]
      while let start = rest.firstIndex(of: bytes[0]) {
        rest = rest[start...]
        if rest.starts(with: bytes) { return true }
        rest = rest.dropFirst()
      }
      return false
    }
  }

  /// - Parameter like: a chip that stands for what the file leaves out.
  public static func chip(_ name: String, like: String?, date: String) -> String {
    head("chip", "A chip of your own, '\(name)'. Figures are those of its datasheet.", date)
      + (like.map {
        """
        # What this file leaves out, and what software reaches of its figures, is taken to be as with this chip.
        like: \($0)

        """
      }
        ?? """
        vendor: \(blank)
        class: accelerator  # or: cpu, one socket
        # Chips of one architecture share what software reaches of them: gpu, trainium, cpu, or a word of your own.
        # Left out, a chip counts as one of all accelerators.
        # architecture: gpu
        # Better, where a chip is known that is like it: it stands for what is left out. Then 'vendor' and 'class' may go.
        # like: h100

        """)
        + """
        released: \(blank)  # a year
        # The largest dense rate of one chip, without sparsity. Also: fp64, fp32, tf32, fp16, fp8, mxfp8, fp4.
        peak:
          bf16: \(blank)  # such as 989 TFLOP/s
        memory_capacity: \(blank)  # of one chip, such as 80 GiB
        memory_bandwidth: \(blank)  # of one chip, such as 3350 GB/s
        # All links of one chip to others together, one direction. Needed where an instance has several chips.
        # link:
        #   name: NVLink 4
        #   bandwidth: 450 GB/s
        #   latency: 3.4 us
        # power_max: 700 W
        # power_idle: 70 W

        """
  }

  public static func instance(_ name: String, chip: String?, date: String) -> String {
    head("instance", "A machine of your own, '\(name)': what is bought or rented as one.", date)
      + """
      # Whose machine it is: a file of providers/. 'reference' is for machines that no cloud rents, your own among them.
      provider: reference
      chip: \(chip ?? blank)  # a file of chips/
      chips: \(blank)  # how many, such as 8
      # host:
      #   cpu: 2x Xeon Platinum 8480C
      #   vcpus: 192
      #   memory: 2048 GiB
      # Links between the chips, innermost first. Bandwidth and latency are those of the chip's link.
      # scale_up:
      #   - name: NVSwitch
      #     topology: switch  # or: ring, full-mesh, torus-2d, torus-3d
      #     chips: 8
      # Between machines, one direction, of the whole machine. Needed for more than one.
      # network:
      #   kind: infiniband  # or: efa, ena, roce, omni-path, ethernet
      #   bandwidth: 3200 Gbit/s
      #   latency: 5 us
      # local_storage:
      #   drives: 8
      #   capacity: 3800 GB
      # Of the whole machine, for energy.
      # power_max: 10.2 kW

      """
  }

  /// - Parameters:
  ///   - instance: whose price it is.
  ///   - provider: who sells it, with the ways in which.
  public static func price(
    _ instance: String, provider: String, region: String, sold: [PricingModel], date: String
  ) -> String {
    let ways = sold.map(\.rawValue) + (sold.contains(.owned) ? [] : [PricingModel.owned.rawValue])
    let way = sold.contains(.onDemand) ? PricingModel.onDemand : sold.first ?? .owned
    return """
      # Prices of \(instance), dollars an hour of one. A line is a price; more lines may follow. Lines that begin with # are not read.
      # pricing: \(ways.joined(separator: ", ")).
      # region: a name, or 'unspecified'. note: may be empty. A field with a comma in it needs quotes.
      \(PriceList.columns.joined(separator: ","))
      \(provider),\(instance),\(region),\(way.rawValue),\(blank),\(date),\(blank),

      """
  }

  private static func head(_ kind: String, _ what: String, _ date: String) -> String {
    """
    # \(what)
    # Put your own in place of \(blank), and take the # from lines that you know. Leave out what is unknown. Then check it:
    #   trainfare catalog check
    # docs/Files.md has all keys.
    kind: \(kind)
    version: 2
    source: \(blank)  # where you read the figures
    retrieved: \(date)
    summary: \(blank)  # one line

    """
  }
}

extension Tree {
  /// Where a template was left as it is, with the key that stands before it.
  func blanks(below key: String = "") -> [(key: String, tree: Tree)] {
    switch content {
    case .word(let text, _): Template.hasBlank(text) ? [(key, self)] : []
    case .list(let items): items.flatMap { $0.blanks(below: key) }
    case .map(let entries): entries.flatMap { $0.value.blanks(below: key.isEmpty ? $0.key : "\(key).\($0.key)") }
    }
  }

  /// Says of every blank that is left what belongs there.
  func refuseBlanks(_ keys: [Key]) throws(Diagnostics) {
    let found = blanks()
    guard !found.isEmpty else { return }
    throw Diagnostics(
      found.map { key, tree in
        let example = keys.first { $0.name == key }.map { "such as '\($0.name): \($0.example)'" }
        return Diagnostic(
          .error, "'\(key)' is still to be filled in",
          help: example ?? "write your own in place of \(Template.blank), or leave the key out", at: tree.place)
      })
  }
}
