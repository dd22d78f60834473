"""What tells of a place in a file, overwritten where it lies (docs/decisions/0020).

A file for each family of formats, written by hand: libraries that take notes out of files (mutagen,
exiftool's kin) move what stands behind them, know one family each, and leave what they do not know.
Here it is the other way round: of each format stays what shows or sounds, which side is up and when
it was taken; whatever else there is, known or not, becomes zeros.
"""
