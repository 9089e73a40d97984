"""Reads CMSIS-SVD, the description that vendors of microcontrollers give.

Everything becomes a map's own terms: what is derived is written out or shared, arrays stay arrays,
peripherals that are alike share a block. What vendors' files have wrong is put right and told with its
line; what a map has no place for is told once a kind. The format says what a read does only where it
acts, and files mostly not even there, so silence means unknown.
"""

from inspector.maps.svd.device import import_svd

__all__ = ["import_svd"]
