import Capacitor

/// The class of the view controller in Main.storyboard.
class MainViewController: CAPBridgeViewController {
  override func capacitorDidLoad() {
    bridge?.registerPluginInstance(BeaconRangingPlugin())
    bridge?.registerPluginInstance(WatchServicePlugin())
  }
}
