"""Programs that run in TensorFlow 1 and record what the rest of the package needs of it.

They import nothing of the package and run on Python 2.7, so that they can be copied to where TensorFlow 1 is installed.
"""
