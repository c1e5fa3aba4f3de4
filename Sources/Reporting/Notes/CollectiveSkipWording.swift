import Calibration
import Scenarios
import Simulation

extension CollectiveSkip {
  var reason: String {
    switch self {
    case .machineUnknown(let name): name.isEmpty ? "no machine is named" : "no machine is called '\(name)'"
    case .notStated(let column): "\(column) is not stated"
    case .notModelled(let kind): "no step has a collective like \(kind.rawValue)"
    case .alone: "one rank has nobody to send to"
    case .ranksNotEven(let ranks, let nodes): "\(ranks) ranks do not divide over \(nodes) machines"
    case .beyondMachine(let ranks, let devices): "\(ranks) ranks a machine, which has \(devices) devices"
    case .noNetwork(let name): "\(name) has no network"
    case .unsupported(let reason): reason.wording.text
    }
  }
}
