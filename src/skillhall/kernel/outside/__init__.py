"""The parties outside: mail, files, brokers, caches, other servers. Adapters only; no rule of the domain."""
