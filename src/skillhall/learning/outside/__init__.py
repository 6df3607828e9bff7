"""Meeting rooms at Jitsi: addresses and signed tickets. No call goes out; the person's browser goes there."""
