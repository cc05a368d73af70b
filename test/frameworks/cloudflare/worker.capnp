# The example as Cloudflare runs it: a module worker that gets no Node modules
# (no nodejs_compat), and only the network of this machine.
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "example", worker = .example),
    (name = "loopback", network = (allow = ["local"])),
  ],
  sockets = [
    (name = "http", address = "127.0.0.1:0", http = (), service = "example"),
  ],
);

const example :Workerd.Worker = (
  modules = [(name = "worker.mjs", esModule = embed "cloudflare-worker.mjs")],
  compatibilityDate = "2026-11-01",
  bindings = [
    (name = "STREAMS_URL", fromEnvironment = "STREAMS_URL"),
    (name = "OPENAI_API_KEY", fromEnvironment = "OPENAI_API_KEY"),
    (name = "OPENAI_BASE_URL", fromEnvironment = "OPENAI_BASE_URL"),
  ],
  globalOutbound = "loopback",
);
