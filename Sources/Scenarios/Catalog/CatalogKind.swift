/// The folders of `configs/`, by what their files describe.
public enum CatalogKind: String, CaseIterable, Sendable {
  case chips, nitroCards, hosts, instances, models, stacks, efficiency, jobs, prices, providers, ownership, suites,
    sources,
    priors, posteriors, storage, data, recovery, practice, regions, scaling, budgets

  /// Nitro cards live among the chips, sources beside the measured runs; both are told apart by their name.
  public var folder: String {
    switch self {
    case .nitroCards: "chips"
    case .sources: "measurements"
    case .priors, .posteriors: "calibration"
    case .recovery: "reliability"
    default: rawValue
    }
  }
  var fileExtension: String { [.prices, .regions].contains(self) ? "csv" : "yaml" }

  /// One of them, for messages: `no chip is called …`.
  public var singular: String {
    switch self {
    case .chips: "chip"
    case .nitroCards: "Nitro card"
    case .hosts: "host CPU"
    case .instances: "instance type"
    case .models: "model"
    case .stacks: "software stack"
    case .efficiency: "efficiency profile"
    case .jobs: "job"
    case .prices: "price list"
    case .providers: "provider"
    case .ownership: "owned machine"
    case .suites: "suite"
    case .sources: "description of measured runs"
    case .priors: "set of priors"
    case .posteriors: "calibration"
    case .storage: "storage"
    case .data: "kind of data"
    case .recovery: "description of recovery"
    case .practice: "description of practice"
    case .regions: "table of regions"
    case .scaling: "scaling law"
    case .budgets: "budget"
    }
  }

  /// What `kind:` must say in such a file.
  var fileKind: FileKind? {
    switch self {
    case .chips: .chip
    case .nitroCards: .nitroCard
    case .hosts: .hostCPU
    case .instances: .instance
    case .models: .model
    case .stacks: .stack
    case .efficiency: .efficiency
    case .jobs: .job
    case .prices: nil
    case .providers: .provider
    case .ownership: .ownership
    case .suites: .suite
    case .sources: .sources
    case .priors: .priors
    case .posteriors: .posterior
    case .storage: .storage
    case .data: .data
    case .recovery: .recovery
    case .practice: .practice
    case .regions: nil
    case .scaling: .scaling
    case .budgets: .budget
    }
  }

  func owns(_ stem: String) -> Bool {
    switch self {
    case .chips: !stem.hasPrefix("nitro-")
    case .nitroCards: stem.hasPrefix("nitro-")
    case .sources: stem == "sources"
    case .recovery: stem == "recovery"
    case .practice: stem == "practice"
    case .priors: stem == "priors"
    case .posteriors: stem != "priors"
    case .regions: stem == "grids"
    default: true
    }
  }
}
