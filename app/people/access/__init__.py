"""Cloudflare Access before the back office: whoever comes in has been vouched for by a signed assertion."""
