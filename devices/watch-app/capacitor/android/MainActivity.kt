package jp.example.city.watchover

import android.os.Bundle
import com.getcapacitor.BridgeActivity

class MainActivity : BridgeActivity() {
  override fun onCreate(savedInstanceState: Bundle?) {
    registerPlugin(WatchServicePlugin::class.java)
    super.onCreate(savedInstanceState)
  }
}
