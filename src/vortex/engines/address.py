"""Which rung an address stands on: this machine and its private network are local, all else is remote."""

import ipaddress


def is_local(host: str) -> bool:
    """Tell whether ``host`` is this machine or one in the same private network."""
    if host == "localhost" or host.endswith((".local", ".localhost")):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_private
