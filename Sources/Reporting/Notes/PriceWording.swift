import Costing
import Quantities
import Scenarios

extension PriceNote: Worded {
  public var wording: Wording {
    switch self {
    case .otherRegion(let instance, let region, let home):
      Wording(
        "price-of-other-region", .warning,
        ["instance": .text(instance), "region": .text(region.label), "home": .text(home)],
        "\(instance): the price is from "
          + (region.name.map { "region \($0)" } ?? "a region its source does not name")
          + "; no price is known in \(home)")
    case .spotFloor(let instance):
      Wording(
        "spot-price-is-floor", .warning, ["instance": .text(instance)],
        "\(instance): spot price is the 10% floor of on-demand, not a market price")
    case .spotQuotes(let instance, let quotes, let low, let high):
      Wording(
        "spot-quotes", .assumption,
        ["instance": .text(instance), "quotes": .integer(quotes), "low": .amount(low), "high": .amount(high)],
        "\(instance): the spot price is the middle of \(quotes) quotes; its spread is theirs, from \(low.formatted) to "
          + "\(high.formatted)")
    case .oneSpotQuote(let instance, let date):
      Wording(
        "one-spot-quote", .warning, ["instance": .text(instance), "date": .text(date)],
        "\(instance): the spot price is one quote (\(date)); how it moves is not known and not in the interval")
    case .old(let instance, let model, let date, let days):
      Wording(
        "price-old", .warning,
        [
          "instance": .text(instance), "pricing": .text(model.rawValue), "date": .text(date), "days": .integer(days),
        ],
        "\(instance): the \(model.rawValue) price is \(days) days old (\(date)); look it up before you sign")
    case .regionUnstated(let instance, let model, let taken, let date, let other, let dated):
      Wording(
        "price-region-unstated", .assumption,
        [
          "instance": .text(instance), "pricing": .text(model.rawValue), "taken": .text(taken.label),
          "date": .text(date), "over": .text(other.label), "over_date": .text(dated),
        ],
        "\(instance): the newer of two \(model.rawValue) prices is taken: \(taken.label) of \(date), not \(other.label) of "
          + "\(dated)")
    case .availability(let instance, let model, let known, let note, let date):
      availabilityWording(instance, model, known, note.map { " (\($0); \(date))" } ?? "")
    case .beyondMost(let instance, let model, let instances, let most):
      Wording(
        "beyond-most", .warning,
        [
          "instance": .text(instance), "pricing": .text(model.rawValue), "instances": .integer(instances),
          "most": .integer(most),
        ],
        "\(instance): \(instances) instances are more than the \(most) that are available as \(model.rawValue)")
    case .ownedWithout(let instance, let gaps):
      Wording(
        "owned-without", .warning, ["instance": .text(instance), "lacks": .texts(gaps)],
        "\(instance): the owner's price lacks \(listed(gaps)): ownership/\(instance).yaml does not give them")
    case .unsold(let instance, let parts, let soldAs):
      Wording(
        "nobody-sells-it", .warning,
        ["instance": .text(instance), "parts": .texts(parts), "sold_as": .text(soldAs)],
        "nobody sells \(instance == soldAs ? "\(instance) with \(listed(parts))" : instance): its price is that of "
          + "\(soldAs) unchanged")
    case .onlyPartOf(let instance, let unit):
      Wording(
        "only-rented-as-part", .warning, ["instance": .text(instance), "unit": .text(unit)],
        onlyRented(instance, unit))
    case .beyondPurchase(let instance, let model, let length, let longest):
      Wording(
        "beyond-longest-purchase", .warning,
        [
          "instance": .text(instance), "pricing": .text(model.rawValue), "length_s": .amount(length),
          "longest_s": .amount(longest),
        ],
        "\(instance): \(length.formatted) is longer than the longest \(model.purchase), \(longest.inDays); several are "
          + "needed")
    case .severalPurchases(let instance, let model, let instances, let most):
      Wording(
        "several-purchases", .warning,
        [
          "instance": .text(instance), "pricing": .text(model.rawValue), "instances": .integer(instances),
          "most": .integer(most),
        ],
        "\(instance): \(instances) instances need several \(model.purchase)s of at most \(most)")
    case .billedLonger(let instance, let model, let billing, let billed, let work):
      Wording(
        "billed-longer-than-work", .warning,
        [
          "instance": .text(instance), "pricing": .text(model.rawValue), "billed_s": .amount(billed),
          "work_s": .amount(work),
        ],
        "\(instance): the predicted bill is for \(billed.formatted), and the work takes \(work.formatted)"
          + (billing.rule.map { "; " + (billing.portion == nil ? "" : "\(model.purchase)s are ") + $0 } ?? ""))
    case .commitment(let instance, let length, let total):
      Wording(
        "commitment", .warning,
        ["instance": .text(instance), "length_s": .amount(length), "total_usd": .amount(total)],
        "\(instance): the rate is for a commitment of \(length.inYears), \(total.formatted) in all")
    case .notYetBookable(let instance, let model, let start, let opens, let ahead):
      Wording(
        "not-yet-bookable", .warning,
        [
          "instance": .text(instance), "pricing": .text(model.rawValue), "start": .text(start), "opens": .text(opens),
          "ahead_s": .amount(ahead),
        ],
        "\(instance): a \(model.purchase) that starts \(start) cannot be booked yet; booking opens on \(opens), "
          + "\(ahead.inDays) before")
    case .spotInterruptionsUnknown(let instance, let provider):
      Wording(
        "spot-interruptions-unknown", .warning, ["instance": .text(instance), "provider": .text(provider)],
        "\(instance): \(provider) does not publish how often spot instances are taken back, so it is not counted; "
          + "add --failures 'spot=0.1 /month', or the rate that you see")
    case .spotRateUnused(let instance):
      Wording(
        "spot-rate-unused", .warning, ["instance": .text(instance)],
        "\(instance): it is not bought as spot, so the rate of spot interruptions has no effect")
    }
  }
}

private func availabilityWording(
  _ instance: String, _ model: PricingModel, _ known: RentalLimit.Availability, _ note: String
) -> Wording {
  let figures: Wording.Figures =
    note.isEmpty
    ? ["instance": .text(instance), "pricing": .text(model.rawValue)]
    : ["instance": .text(instance), "pricing": .text(model.rawValue), "note": .text(note)]
  return switch known {
  case .generally:
    Wording(
      "availability-general", .assumption, figures,
      "\(instance): it is generally available as \(model.rawValue)\(note)")
  case .seldom:
    Wording(
      "availability-seldom", .warning, figures, "\(instance): it is seldom available as \(model.rawValue)\(note)")
  case .preview:
    Wording(
      "availability-preview", .warning, figures,
      "\(instance): as \(model.rawValue) it is in preview, not sold to everybody\(note)")
  case .unknown:
    Wording(
      "availability-unknown", .assumption, figures,
      "\(instance): whether it is available as \(model.rawValue) is not known\(note)")
  }
}

private func onlyRented(_ instance: String, _ unit: String) -> String {
  "\(instance) is only rented as part of \(unit)"
}

extension Unpriced: Worded {
  public var wording: Wording {
    Wording(
      "no-price", .warning,
      [
        "instance": .text(instance), "wanted": .texts(wanted.map(\.rawValue)), "region": .text(region ?? ""),
        "known": .texts(others.map(\.rawValue)),
      ], "\(instance): \(reason)")
  }

  /// Why there is no cost, where a sentence has named the instance already.
  var reason: String {
    let ways = wanted.map(\.rawValue).joined(separator: " or ")
    if let unbilledBy {
      return "how \(unbilledBy.title) bills \(ways) is not known: providers/\(unbilledBy.name).yaml has "
        + unbilledBy.sold.map(\.rawValue).joined(separator: ", ")
    }
    let start = "no \(ways) price known" + (region.map { " in \($0)" } ?? "")
    if let soldIn { return "\(start); \(onlyRented(instance, soldIn))" }
    return others.isEmpty ? start : "\(start); known: \(others.map(\.rawValue).joined(separator: ", "))"
  }
}
